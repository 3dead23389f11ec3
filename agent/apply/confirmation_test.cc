#include "agent/apply/confirmation.h"

#include <gtest/gtest.h>

namespace pol::apply {
namespace {

Moment At(int64_t unix_ms, int64_t boottime_ms, const std::string& boot) {
  return {unix_ms, boottime_ms, boot};
}

TEST(ConfirmationTest, WallClockDoesNotMatterWithinABoot) {
  v1::Confirmation minute = ConfirmWithin(60, At(1'000'000, 5'000, "a"));
  EXPECT_EQ(LeftMs(minute, At(1'000'000, 5'000, "a")), 60'000);
  EXPECT_EQ(LeftMs(minute, At(0, 25'000, "a")), 40'000);
  EXPECT_EQ(LeftMs(minute, At(9'000'000, 64'999, "a")), 1);
  EXPECT_EQ(LeftMs(minute, At(0, 65'000, "a")), 0);
  EXPECT_EQ(LeftMs(minute, At(0, 99'000, "a")), 0);
}

TEST(ConfirmationTest, AfterABootTheEarlierEndCounts) {
  v1::Confirmation minute = ConfirmWithin(60, At(1'000'000, 500'000, "a"));
  // 20 seconds later by the wall clock.
  EXPECT_EQ(LeftMs(minute, At(1'020'000, 3'000, "b")), 40'000);
  EXPECT_EQ(LeftMs(minute, At(1'060'000, 3'000, "b")), 0);
  // The wall clock went back: a minute after the boot it is over.
  EXPECT_EQ(LeftMs(minute, At(0, 3'000, "b")), 57'000);
  EXPECT_EQ(LeftMs(minute, At(0, 60'000, "b")), 0);
  // A boot that cannot be told is another one.
  EXPECT_EQ(LeftMs(minute, At(1'060'000, 3'000, "")), 0);
}

TEST(ConfirmationTest, NowIsThisBoot) {
  Moment now = Now();
  EXPECT_GT(now.boottime_ms, 0);
  EXPECT_EQ(LeftMs(ConfirmWithin(3600, now), now), 3'600'000);
}

}  // namespace
}  // namespace pol::apply
