#include "agent/kernel/files/file_capabilities.h"

#include <linux/capability.h>
#include <sys/capability.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

constexpr int kBits = 64;  // two words of 32; the kernel's last is below that

struct CapFree {
  void operator()(void* object) const { cap_free(object); }
};
using Cap = std::unique_ptr<std::remove_pointer_t<cap_t>, CapFree>;

bool Has(const Cap& cap, int bit, cap_flag_t flag) {
  cap_flag_value_t value = CAP_CLEAR;
  // Fails for a bit that libcap does not know; it cannot be in a set then.
  return cap_get_flag(cap.get(), bit, flag, &value) == 0 && value == CAP_SET;
}

uint64_t Collect(const Cap& cap, cap_flag_t flag) {
  uint64_t bits = 0;
  for (int bit = 0; bit < kBits; ++bit) {
    if (Has(cap, bit, flag)) bits |= uint64_t{1} << bit;
  }
  return bits;
}

void AppendWord(uint32_t word, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8)
    out->push_back(static_cast<char>(word >> shift & 0xff));
}

uint32_t Word(std::string_view bytes, size_t offset) {
  uint32_t word = 0;
  for (size_t i = 0; i < 4; ++i)
    word |= uint32_t{static_cast<uint8_t>(bytes[offset + i])} << (8 * i);
  return word;
}

uint64_t Wide(uint32_t low, uint32_t high) {
  return uint64_t{high} << 32 | low;
}

std::string Text(const CapabilitySets& sets) {
  Cap cap(cap_init());
  POL_CHECK(cap != nullptr) << "cap_init";
  for (cap_value_t bit = 0; bit < kBits; ++bit) {
    uint64_t mask = uint64_t{1} << bit;
    auto raise = [&cap, bit](cap_flag_t flag) {
      POL_CHECK(cap_set_flag(cap.get(), flag, 1, &bit, CAP_SET) == 0) << bit;
    };
    if (sets.permitted & mask) raise(CAP_PERMITTED);
    if (sets.inheritable & mask) raise(CAP_INHERITABLE);
    if (sets.effective && (sets.permitted | sets.inheritable) & mask)
      raise(CAP_EFFECTIVE);
  }
  std::unique_ptr<char, CapFree> text(cap_to_text(cap.get(), nullptr));
  POL_CHECK(text != nullptr) << "cap_to_text";
  return text.get();
}

}  // namespace

absl::StatusOr<std::string> EncodeCapabilities(const std::string& text,
                                               uint32_t root) {
  Cap cap(cap_from_text(text.c_str()));
  if (cap == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text, "` is not a capability set"));
  }
  uint64_t permitted = Collect(cap, CAP_PERMITTED);
  uint64_t inheritable = Collect(cap, CAP_INHERITABLE);
  uint64_t effective = Collect(cap, CAP_EFFECTIVE);
  if (effective != 0 && ((permitted | inheritable) & ~effective) != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", text,
                     "`: a file holds one effective bit for all of "
                     "its capabilities"));
  }
  std::string bytes;
  AppendWord((root == 0 ? VFS_CAP_REVISION_2 : VFS_CAP_REVISION_3) |
                 (effective != 0 ? VFS_CAP_FLAGS_EFFECTIVE : 0),
             &bytes);
  for (int shift = 0; shift < kBits; shift += 32) {
    AppendWord(static_cast<uint32_t>(permitted >> shift), &bytes);
    AppendWord(static_cast<uint32_t>(inheritable >> shift), &bytes);
  }
  if (root != 0) AppendWord(root, &bytes);
  return bytes;
}

absl::StatusOr<CapabilitySets> ReadCapabilitySets(std::string_view bytes) {
  absl::Status damaged = absl::DataLossError(
      absl::StrCat("security.capability holds ", bytes.size(),
                   " bytes that are no capability set"));
  if (bytes.size() < XATTR_CAPS_SZ_1) return damaged;
  uint32_t magic = Word(bytes, 0);
  uint32_t revision = magic & VFS_CAP_REVISION_MASK;
  CapabilitySets sets;
  sets.effective = (magic & VFS_CAP_FLAGS_EFFECTIVE) != 0;
  if (revision == VFS_CAP_REVISION_1 && bytes.size() == XATTR_CAPS_SZ_1) {
    sets.permitted = Word(bytes, 4);
    sets.inheritable = Word(bytes, 8);
    return sets;
  }
  bool second =
      revision == VFS_CAP_REVISION_2 && bytes.size() == XATTR_CAPS_SZ_2;
  bool third =
      revision == VFS_CAP_REVISION_3 && bytes.size() == XATTR_CAPS_SZ_3;
  if (!second && !third) return damaged;
  sets.permitted = Wide(Word(bytes, 4), Word(bytes, 12));
  sets.inheritable = Wide(Word(bytes, 8), Word(bytes, 16));
  if (third) sets.root = Word(bytes, 20);
  return sets;
}

absl::StatusOr<std::string> DecodeCapabilities(std::string_view bytes) {
  POL_ASSIGN_OR_RETURN(CapabilitySets sets, ReadCapabilitySets(bytes));
  if (sets.root == 0) return Text(sets);
  return absl::StrCat(Text(sets), " [rootid=", sets.root, "]");
}

std::string CapabilityNames(uint64_t bits) {
  std::string names;
  for (int bit = 0; bit < kBits; ++bit) {
    if ((bits >> bit & 1) == 0) continue;
    std::unique_ptr<char, CapFree> name(cap_to_name(bit));
    POL_CHECK(name != nullptr) << "cap_to_name";
    absl::StrAppend(&names, names.empty() ? "" : ",", name.get());
  }
  return names;
}

std::optional<int> CapabilityNumber(const std::string& name) {
  cap_value_t number = 0;
  if (cap_from_name(name.c_str(), &number) != 0) return std::nullopt;
  return number;
}

}  // namespace pol::kernel
