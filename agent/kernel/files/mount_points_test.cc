#include "agent/kernel/files/mount_points.h"

#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

TEST(MountPointsTest, AreInTheFolderAboveThem) {
  const MountPoints mounts(ParseMounts(
      "22 27 0:20 / /proc rw,nosuid - proc proc rw\n"
      "30 27 8:1 /etc/x /run/app/resolv.conf rw - ext4 /dev/sda rw\n"
      "31 27 8:1 / /mnt/a\\040b\\134c/d rw shared:1 - ext4 /dev/sdb rw\n"
      "half a line\n"));
  EXPECT_TRUE(mounts.MayBeIn("/"));
  EXPECT_TRUE(mounts.MayBeIn("/run/app/"));
  EXPECT_TRUE(mounts.MayBeIn("/mnt/a b\\c/"));
  EXPECT_FALSE(mounts.MayBeIn("/mnt/"));
  EXPECT_FALSE(mounts.MayBeIn("/proc/"));
}

TEST(MountPointsTest, MayBeAnywhereWhereNothingIsKnown) {
  EXPECT_TRUE(MountPoints().MayBeIn("/usr/"));
}

TEST(MountPointsTest, OfThisProcessHaveProc) {
  EXPECT_TRUE(MountPoints::OfThisProcess().MayBeIn("/"));
  EXPECT_FALSE(MountPoints::OfThisProcess().MayBeIn("/no/such/folder/"));
}

}  // namespace
}  // namespace pol::kernel
