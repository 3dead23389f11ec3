#include "tests/bench/summary.h"

#include <gtest/gtest.h>

namespace pol::bench {
namespace {

TEST(SummaryTest, Quartiles) {
  Summary summary = Summarise({5, 1, 4, 2, 3});
  EXPECT_EQ(summary.low, 2);
  EXPECT_EQ(summary.middle, 3);
  EXPECT_EQ(summary.high, 4);
  EXPECT_EQ(Summarise({7}).middle, 7);
  EXPECT_EQ(ToString(summary), "3.000 (2.000-4.000)");
}

}  // namespace
}  // namespace pol::bench
