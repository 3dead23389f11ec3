// The extended attribute `security.capability` and the text of
// cap_to_text(3): struct vfs_cap_data of linux/capability.h, revisions 1 to 3.
#ifndef POL_AGENT_KERNEL_FILES_FILE_CAPABILITIES_H_
#define POL_AGENT_KERNEL_FILES_FILE_CAPABILITIES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::kernel {

inline constexpr char kCapabilityXattr[] = "security.capability";

// The bytes for a text that cap_from_text(3) takes: revision 2, or revision 3
// for a set that counts only in the user namespaces whose root is the user
// `root` of the initial one. "=" gives the empty set, which is not the absence
// of a set. kInvalidArgument when the effective capabilities are some and do
// not include all others, which no file can hold.
absl::StatusOr<std::string> EncodeCapabilities(const std::string& text,
                                               uint32_t root = 0);

// The canonical text of an attribute, so that equal sets give equal texts
// whatever their revision; "text [rootid=N]" when its root is not 0.
// kDataLoss for bytes that are no capability set.
absl::StatusOr<std::string> DecodeCapabilities(std::string_view bytes);

// What an attribute holds, by number: bit 10 is cap_net_bind_service.
struct CapabilitySets {
  uint64_t permitted = 0;
  uint64_t inheritable = 0;
  bool effective = false;  // one flag for all
  uint32_t root = 0;
};
absl::StatusOr<CapabilitySets> ReadCapabilitySets(std::string_view bytes);

// "cap_net_raw,cap_chown", in numerical order, a number where there is no name.
std::string CapabilityNames(uint64_t bits);

// The capability of that name, in any case; nullopt when there is none.
std::optional<int> CapabilityNumber(const std::string& name);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_FILE_CAPABILITIES_H_
