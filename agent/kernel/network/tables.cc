#include "agent/kernel/network/tables.h"

#include <bpf/bpf.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <vector>

#include "agent/kernel/fd.h"
#include "agent/kernel/network/programs.h"
#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

struct Shape {
  std::string_view name;
  bpf_map_type type;
  uint32_t key_size;
  uint32_t value_size;
  uint32_t flags;
  uint32_t limit;
};

// The flags are those of the declarations in bpf/lib/maps.h: the kernel
// compares.
constexpr std::array<Shape, kTableCount> kShapes = {{
    {"cells", BPF_MAP_TYPE_HASH, sizeof(pol_cell_key), sizeof(pol_cell), 0,
     POL_MAX_CELLS},
    {"exact4", BPF_MAP_TYPE_HASH, 4, 4, 0, POL_MAX_ADDRESSES},
    {"exact6", BPF_MAP_TYPE_HASH, 16, 4, 0, POL_MAX_ADDRESSES},
    {"edges", BPF_MAP_TYPE_HASH, sizeof(pol_edge), 4, 0, POL_MAX_EDGES},
    {"selectors", BPF_MAP_TYPE_HASH, sizeof(pol_selector), 4, 0,
     POL_MAX_SELECTORS},
    {"prefix4", BPF_MAP_TYPE_LPM_TRIE, sizeof(pol_prefix4), 4,
     BPF_F_NO_PREALLOC, POL_MAX_ADDRESSES},
    {"prefix6", BPF_MAP_TYPE_LPM_TRIE, sizeof(pol_prefix6), 4,
     BPF_F_NO_PREALLOC, POL_MAX_ADDRESSES},
    {"intervals", BPF_MAP_TYPE_ARRAY, 4, 2, BPF_F_INNER_MAP, 1 << 16},
    {"identities", BPF_MAP_TYPE_ARRAY, 4, sizeof(pol_identity), BPF_F_INNER_MAP,
     POL_MAX_IDENTITIES},
    {"profiles", BPF_MAP_TYPE_ARRAY, 4, sizeof(pol_tls_profile),
     BPF_F_INNER_MAP, POL_MAX_TLS_PROFILES},
}};

absl::Status Fill(int fd, const Shape& shape, const char* keys,
                  const char* values, uint32_t count) {
  LIBBPF_OPTS(bpf_map_batch_opts, batch);
  uint32_t done = count;
  if (bpf_map_update_batch(fd, keys, values, &done, &batch) == 0 &&
      done == count)
    return absl::OkStatus();
  // Not every kind of map takes batches on every kernel.
  for (uint32_t i = 0; i < count; ++i) {
    if (bpf_map_update_elem(fd, keys + size_t{i} * shape.key_size,
                            values + size_t{i} * shape.value_size, BPF_ANY))
      return support::SystemError(
          errno, absl::StrCat("write entry ", i, " of ", count));
  }
  return absl::OkStatus();
}

absl::StatusOr<Fd> Build(const Shape& shape, const TableImage& image) {
  std::string name(shape.name);
  LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = shape.flags);
  Fd fd(bpf_map_create(shape.type, name.c_str(), shape.key_size,
                       shape.value_size, std::max<uint32_t>(1, image.count),
                       &options));
  if (!fd.ok())
    return support::SystemError(
        errno, absl::StrCat("create a map of ", image.count, " entries"));
  if (image.count == 0) return fd;
  POL_CHECK(image.values.size() == size_t{image.count} * shape.value_size)
      << shape.name;
  std::vector<uint32_t> indices;
  const char* keys = image.keys.data();
  if (shape.type == BPF_MAP_TYPE_ARRAY) {
    indices.resize(image.count);
    for (uint32_t i = 0; i < image.count; ++i) indices[i] = i;
    keys = reinterpret_cast<const char*>(indices.data());
  } else {
    POL_CHECK(image.keys.size() == size_t{image.count} * shape.key_size)
        << shape.name;
  }
  POL_RETURN_IF_ERROR(
      Fill(fd.get(), shape, keys, image.values.data(), image.count));
  return fd;
}

}  // namespace

std::string_view TableName(Table table) {
  return kShapes[static_cast<size_t>(table)].name;
}

uint32_t TableLimit(Table table) {
  return kShapes[static_cast<size_t>(table)].limit;
}

uint64_t TableBytes(Table table, const TableImage& image) {
  const Shape& shape = kShapes[static_cast<size_t>(table)];
  return uint64_t{image.count} * (shape.key_size + shape.value_size);
}

absl::Status CheckFit(const TableImages& images) {
  for (size_t i = 0; i < kTableCount; ++i) {
    if (images.tables[i].count <= kShapes[i].limit) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("the bundle needs ", images.tables[i].count,
                     " entries in the table ", support::ToAbsl(kShapes[i].name),
                     "; the network programs take ", kShapes[i].limit));
  }
  return absl::OkStatus();
}

absl::Status WriteTables(const Programs& programs, uint32_t slot,
                         const TableImages& images) {
  // All are built before the first is put in place.
  std::vector<Fd> built;
  for (size_t i = 0; i < kTableCount; ++i) {
    absl::StatusOr<Fd> fd = Build(kShapes[i], images.tables[i]);
    if (!fd.ok())
      return support::Annotate(
          fd.status(), absl::StrCat("table ", std::string(kShapes[i].name)));
    built.push_back(*std::move(fd));
  }
  // Each of these waits until no program uses what it replaces; together they
  // wait as long as one.
  std::vector<std::future<int>> placed;
  for (size_t i = 0; i < kTableCount; ++i) {
    int inner = built[i].get();
    int outer = programs.map(kShapes[i].name);
    placed.push_back(std::async([outer, slot, inner] {
      int failed = bpf_map_update_elem(outer, &slot, &inner, BPF_ANY);
      return failed ? errno : 0;
    }));
  }
  absl::Status first;
  for (size_t i = 0; i < kTableCount; ++i) {
    int error = placed[i].get();
    if (error == 0) continue;
    first.Update(support::SystemError(
        error, absl::StrCat("put table ", std::string(kShapes[i].name),
                            " into slot ", slot)));
  }
  return first;
}

}  // namespace pol::kernel
