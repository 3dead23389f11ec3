#include "agent/kernel/mountinfo.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

using testing::UnorderedElementsAre;

TEST(MountinfoTest, ReadsBothKindsOfOptionsAndEscapedNames) {
  const std::vector<Mount> mounts = ParseMounts(
      "20 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw,acl\n"
      "not a line of mountinfo\n"
      "x 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "21 20 0:3 /sub /mnt/a\\040b\\134c ro,nosuid - tmpfs none rw\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].number, 20u);
  EXPECT_EQ(mounts[0].device, "8:1");
  EXPECT_EQ(mounts[0].type, "ext4");
  EXPECT_THAT(mounts[0].options, UnorderedElementsAre("rw", "relatime", "acl"));
  EXPECT_EQ(mounts[1].root, "/sub");
  EXPECT_EQ(mounts[1].point, "/mnt/a b\\c");
  EXPECT_TRUE(mounts[1].Has("nosuid"));
  EXPECT_FALSE(mounts[0].Has("nosuid"));
}

TEST(MountinfoTest, OfThisProcessHasProc) {
  const auto mounts = ReadMounts();
  ASSERT_TRUE(mounts.ok()) << mounts.status();
  bool found = false;
  for (const Mount& mount : *mounts)
    found = found || (mount.point == "/proc" && mount.type == "proc");
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace pol::kernel
