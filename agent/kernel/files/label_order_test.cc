#include "agent/kernel/files/label_order.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "tests/harness/process.h"

namespace pol::kernel {
namespace {

// dpkg knows the version that the library does not tell.
TEST(LabelOrderTest, IsThatOfTheInstalledRelease) {
  harness::Command ask;
  ask.argv = {"dpkg-query", "-W", "-f", "${Version}", "libselinux1"};
  const auto version = harness::RunOk(ask);
  if (!version.ok()) GTEST_SKIP() << "no dpkg to ask: " << version.status();
  int major = 0, minor = 0;
  ASSERT_EQ(std::sscanf(version->c_str(), "%d.%d", &major, &minor), 2)
      << *version;
  const absl::StatusOr<bool> first = FirstLiteralWins();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, major > 3 || (major == 3 && minor >= 8)) << *version;
}

}  // namespace
}  // namespace pol::kernel
