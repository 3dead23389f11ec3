// Which folders have something mounted in them.
#ifndef POL_AGENT_KERNEL_FILES_MOUNT_POINTS_H_
#define POL_AGENT_KERNEL_FILES_MOUNT_POINTS_H_

#include <set>
#include <string>
#include <vector>

#include "agent/kernel/mountinfo.h"

namespace pol::kernel {

class MountPoints {
 public:
  // Nothing is known: there may be some in every folder.
  MountPoints() = default;
  explicit MountPoints(const std::vector<Mount>& mounts);

  static MountPoints OfThisProcess();

  // `folder` ends in a slash.
  bool MayBeIn(const std::string& folder) const {
    return !known_ || folders_.count(folder) != 0;
  }

 private:
  bool known_ = false;
  std::set<std::string> folders_;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_MOUNT_POINTS_H_
