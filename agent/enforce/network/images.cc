#include "agent/enforce/network/images.h"

#include <pwd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "compiler/support/digest.h"

namespace pol::enforce {
namespace {

using bundle::v1::Bundle;
using kernel::Table;
using kernel::TableImages;

absl::Status TooMany(std::string_view what, size_t count, size_t limit) {
  return absl::InvalidArgumentError(
      absl::StrCat("the bundle has ", count, " ", support::ToAbsl(what),
                   "; the network programs take ", limit));
}

absl::Status CheckLimits(const Bundle& bundle) {
  const auto& tables = bundle.network();
  struct {
    std::string_view what;
    int count;
    int limit;
  } const limits[] = {
      {"identities", bundle.identities_size(), POL_MAX_IDENTITIES},
      {"addresses", bundle.addresses_size(), POL_MAX_ADDRESSES},
      {"workloads", bundle.workloads_size(), POL_MAX_SELECTORS},
      {"port intervals", tables.interval_starts_size(), POL_MAX_INTERVALS},
      {"TLS profiles", tables.tls_profiles_size(), POL_MAX_TLS_PROFILES - 1},
      {"cells", tables.cells_size(), POL_MAX_CELLS},
  };
  for (const auto& one : limits) {
    if (one.count > one.limit)
      return TooMany(one.what, static_cast<size_t>(one.count),
                     static_cast<size_t>(one.limit));
  }
  return absl::OkStatus();
}

uint8_t EffectOf(bundle::v1::Effect effect) {
  switch (effect) {
    case bundle::v1::EFFECT_ALLOW:
      return POL_EFFECT_ALLOW;
    case bundle::v1::EFFECT_DENY:
      return POL_EFFECT_DENY;
    default:
      return POL_EFFECT_NONE;
  }
}

void AddDecision(const Bundle& bundle, TableImages& images) {
  for (const auto& identity : bundle.identities()) {
    pol_identity value = {};
    value.identity_class = identity.identity_class();
    if (identity.governed_ingress()) value.flags |= POL_GOVERNED_INGRESS;
    if (identity.governed_egress()) value.flags |= POL_GOVERNED_EGRESS;
    images[Table::kIdentities].Append(value);
  }
  const auto& tables = bundle.network();
  int interval = 0;
  for (uint32_t port = 0; port <= 0xffff; ++port) {
    if (interval + 1 < tables.interval_starts_size() &&
        tables.interval_starts(interval + 1) == port)
      ++interval;
    images[Table::kIntervals].Append(static_cast<uint16_t>(interval));
  }
  images[Table::kProfiles].Append(pol_tls_profile{});
  for (const auto& profile : tables.tls_profiles()) {
    pol_tls_profile value = {};
    value.min_version = static_cast<uint16_t>(profile.min_version());
    images[Table::kProfiles].Append(value);
  }
  for (const auto& cell : tables.cells()) {
    pol_cell_key key = {};
    key.source_class = cell.source_class();
    key.target_class = cell.target_class();
    key.interval = static_cast<uint16_t>(cell.interval());
    key.protocol = static_cast<uint8_t>(cell.protocol());
    pol_cell value = {};
    value.effect = EffectOf(cell.effect());
    value.audit_effect = EffectOf(cell.audit_effect());
    value.tls_profile = static_cast<uint16_t>(cell.tls_profile());
    value.rule = cell.rule();
    value.tls_rule = cell.tls_rule();
    value.audit_rule = cell.audit_rule();
    images[Table::kCells].Add(key, value);
  }
}

bool IsMapped(const std::string& address) {
  static const std::string kPrefix("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  return address.size() == 16 && address.compare(0, 12, kPrefix) == 0;
}

void AddAddresses(const Bundle& bundle, TableImages& images) {
  for (const auto& address : bundle.addresses()) {
    std::string bytes = address.address();
    uint32_t bits = address.prefix();
    uint32_t identity = address.identity();
    if (IsMapped(bytes) && bits >= 96) {  // looked up as IPv4
      bytes = bytes.substr(12);
      bits -= 96;
    }
    if (bytes.size() == 4 && bits == 32) {
      std::array<char, 4> key;
      std::memcpy(key.data(), bytes.data(), key.size());
      images[Table::kExact4].Add(key, identity);
    } else if (bytes.size() == 4) {
      pol_prefix4 key = {};
      key.bits = bits;
      std::memcpy(key.address, bytes.data(), sizeof(key.address));
      images[Table::kPrefix4].Add(key, identity);
    } else if (bits == 128) {
      std::array<char, 16> key;
      std::memcpy(key.data(), bytes.data(), key.size());
      images[Table::kExact6].Add(key, identity);
    } else {
      pol_prefix6 key = {};
      key.bits = bits;
      std::memcpy(key.address, bytes.data(), sizeof(key.address));
      images[Table::kPrefix6].Add(key, identity);
    }
  }
}

// Collects the tree of cgroup names and who is selected at its nodes.
class Selection {
 public:
  absl::Status Add(const bundle::v1::Workload& workload, uint32_t uid) {
    uint32_t node = POL_NODE_ANY;
    if (!workload.systemd_unit().empty()) {
      POL_ASSIGN_OR_RETURN(node, Edge(POL_NODE_UNIT, workload.systemd_unit()));
    } else if (!workload.cgroup().empty()) {
      node = POL_NODE_ROOT;
      std::vector<std::string> components =
          absl::StrSplit(workload.cgroup(), '/', absl::SkipEmpty());
      for (const std::string& component : components) {
        POL_ASSIGN_OR_RETURN(node, Edge(node, component));
      }
    }
    auto [at, added] =
        selectors_.emplace(std::pair(node, uid), workload.identity());
    if (!added && at->second != workload.identity())
      return absl::InvalidArgumentError(absl::StrCat(
          "workload ", workload.name(),
          " selects the same processes as another workload, which gives them "
          "another identity"));
    return absl::OkStatus();
  }

  void AppendTo(TableImages& images) const {
    for (const auto& [key, node] : edges_) {
      pol_edge edge = {};
      edge.parent = key.first;
      std::memcpy(edge.name, key.second.data(), key.second.size());
      images[Table::kEdges].Add(edge, node);
    }
    for (const auto& [key, identity] : selectors_)
      images[Table::kSelectors].Add(pol_selector{key.first, key.second},
                                    identity);
  }

 private:
  absl::StatusOr<uint32_t> Edge(uint32_t parent, const std::string& name) {
    if (name.size() > POL_MAX_COMPONENT || name.find('\0') != std::string::npos)
      return absl::InvalidArgumentError(
          absl::StrCat("a part of a cgroup path has at most ",
                       int{POL_MAX_COMPONENT}, " bytes: ", name));
    auto [at, added] = edges_.emplace(std::pair(parent, name), next_);
    if (added) ++next_;
    return at->second;
  }

  uint32_t next_ = POL_NODE_ROOT + 1;
  std::map<std::pair<uint32_t, std::string>, uint32_t> edges_;
  std::map<std::pair<uint32_t, uint32_t>, uint32_t> selectors_;
};

absl::Status AddWorkloads(const Bundle& bundle, const UidOf& uid_of,
                          TableImages& images) {
  Selection selection;
  for (const auto& workload : bundle.workloads()) {
    uint32_t uid = POL_ANY_UID;
    if (!workload.user().empty()) {
      absl::StatusOr<std::optional<uint32_t>> found = uid_of(workload.user());
      if (!found.ok())
        return support::Annotate(found.status(),
                                 absl::StrCat("workload ", workload.name()));
      if (!*found) continue;
      uid = **found;
    }
    POL_RETURN_IF_ERROR(selection.Add(workload, uid));
  }
  selection.AppendTo(images);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::optional<uint32_t>> ResolveUser(const std::string& user) {
  uint32_t number;
  if (absl::SimpleAtoi(user, &number) && number != POL_ANY_UID) return number;
  std::string buffer(1 << 14, '\0');
  passwd entry;
  passwd* found = nullptr;
  int error;
  while ((error = getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(),
                             &found)) == ERANGE)
    buffer.resize(buffer.size() * 2);
  if (found != nullptr) return found->pw_uid;
  if (error == 0 || error == ENOENT || error == ESRCH) return std::nullopt;
  return support::SystemError(error, absl::StrCat("look up user ", user));
}

absl::StatusOr<TableImages> BuildImages(const Bundle& bundle,
                                        const UidOf& uid_of) {
  POL_RETURN_IF_ERROR(CheckLimits(bundle));
  TableImages images;
  AddDecision(bundle, images);
  AddAddresses(bundle, images);
  POL_RETURN_IF_ERROR(AddWorkloads(bundle, uid_of, images));
  POL_RETURN_IF_ERROR(kernel::CheckFit(images));
  return images;
}

std::array<uint8_t, 32> DigestOf(const TableImages& images) {
  support::Sha256 sha256;
  for (const kernel::TableImage& table : images.tables) {
    const uint64_t sizes[] = {table.count, table.keys.size()};
    sha256.Add({reinterpret_cast<const char*>(sizes), sizeof(sizes)});
    sha256.Add(table.keys);
    sha256.Add(table.values);
  }
  return sha256.Finish();
}

}  // namespace pol::enforce
