#include "agent/kernel/files/mount_points.h"

namespace pol::kernel {

MountPoints::MountPoints(const std::vector<Mount>& mounts) : known_(true) {
  for (const Mount& mount : mounts)
    folders_.insert(mount.point.substr(0, mount.point.rfind('/') + 1));
}

MountPoints MountPoints::OfThisProcess() {
  const absl::StatusOr<std::vector<Mount>> mounts = ReadMounts();
  return mounts.ok() ? MountPoints(*mounts) : MountPoints();
}

}  // namespace pol::kernel
