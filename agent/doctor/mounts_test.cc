#include "agent/doctor/mounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

TEST(MountsTest, ReadsBothKindsOfOptionsAndEscapedNames) {
  const std::vector<Mount> mounts = ParseMounts(
      "20 1 8:1 / / rw,relatime shared:1 master:2 - ext4 /dev/sda1 rw,acl\n"
      "not a line of mountinfo\n"
      "21 20 0:3 / /mnt/a\\040b ro,nosuid - tmpfs none rw\n");
  ASSERT_EQ(mounts.size(), 2u);
  EXPECT_EQ(mounts[0].type, "ext4");
  EXPECT_THAT(mounts[0].options, UnorderedElementsAre("rw", "relatime", "acl"));
  EXPECT_EQ(mounts[1].point, "/mnt/a b");
  EXPECT_TRUE(mounts[1].Has("nosuid"));
  EXPECT_FALSE(mounts[0].Has("nosuid"));
}

TEST(MountsTest, ThePathLiesOnTheDeepestAndAmongEqualsTheLast) {
  const std::vector<Mount> mounts = ParseMounts(
      "1 0 8:1 / / rw - ext4 a rw\n2 1 8:2 / /srv rw - xfs b rw\n"
      "3 2 8:3 / /srv rw - btrfs c rw\n4 1 8:4 / /srv/a rw - vfat d rw\n");
  const auto type = [&](const char* path) {
    const Mount* mount = MountOf(mounts, path);
    return mount == nullptr ? "" : mount->type;
  };
  EXPECT_EQ(type("/srv"), "btrfs");
  EXPECT_EQ(type("/srv/ab"), "btrfs");
  EXPECT_EQ(type("/srv/a/b"), "vfat");
  EXPECT_EQ(type("/srvx"), "ext4");
  EXPECT_EQ(MountOf({}, "/srv"), nullptr);
}

TEST(MountsTest, AnOverlayHasLowerFolders) {
  const std::vector<Mount> mounts = ParseMounts(
      "1 0 0:9 / /m rw - overlay o rw,lowerdir=/a:/b,upperdir=/u\n"
      "2 0 0:9 / /n rw - ext4 o rw,lowerdir=/c\n");
  EXPECT_THAT(LowerFolders(mounts[0]), ElementsAre("/a", "/b"));
  EXPECT_THAT(LowerFolders(mounts[1]), IsEmpty());
}

}  // namespace
}  // namespace pol::doctor
