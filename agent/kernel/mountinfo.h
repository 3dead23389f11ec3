// What is mounted where for this process: proc_pid_mountinfo(5).
#ifndef POL_AGENT_KERNEL_MOUNTINFO_H_
#define POL_AGENT_KERNEL_MOUNTINFO_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"

namespace pol::kernel {

struct Mount {
  uint64_t number = 0;  // as statx(2) gives it
  std::string device;   // "8:1"
  std::string root;     // what of the file system is mounted
  std::string point;    // where, absolute
  std::string type;     // "ext4"
  // Of the mount and of its file system: "ro", "nosuid", "lowerdir=/lower".
  std::set<std::string> options;

  bool Has(const std::string& option) const {
    return options.count(option) != 0;
  }
};

// In the order of the text, which is that of mounting: of two at one point the
// later one is on top. Lines that are none are passed over.
std::vector<Mount> ParseMounts(std::string_view mountinfo);

// From /proc/self/mountinfo.
absl::StatusOr<std::vector<Mount>> ReadMounts();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_MOUNTINFO_H_
