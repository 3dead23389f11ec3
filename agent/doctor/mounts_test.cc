#include "agent/doctor/mounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::doctor {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

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
