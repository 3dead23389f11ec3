#include "agent/service/repeat_filter.h"

#include <gtest/gtest.h>

namespace pol::service {
namespace {

TEST(RepeatFilterTest, LetsABurstThroughThenCounts) {
  RepeatFilter filter(2, 1000);
  EXPECT_TRUE(filter.Admit("a", 0));
  EXPECT_TRUE(filter.Admit("a", 1));
  EXPECT_FALSE(filter.Admit("a", 2));
  EXPECT_FALSE(filter.Admit("a", 3));
  EXPECT_TRUE(filter.Admit("b", 3));
  EXPECT_TRUE(filter.TakeHeld(999).empty());
  std::vector<RepeatFilter::Held> held = filter.TakeHeld(1003);
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].line, "a");
  EXPECT_EQ(held[0].times, 2u);
  EXPECT_TRUE(filter.Admit("a", 1004));
}

TEST(RepeatFilterTest, LinesThatAllDifferShareOneCount) {
  RepeatFilter filter(1, 1000);
  int admitted = 0;
  for (int i = 0; i < 10'000; ++i)
    admitted += filter.Admit("line " + std::to_string(i), 0);
  EXPECT_LT(admitted, 5000);
  std::vector<RepeatFilter::Held> held = filter.TakeHeld(1000);
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].line, "");
  EXPECT_EQ(held[0].times + static_cast<uint64_t>(admitted), 10'000u);
}

}  // namespace
}  // namespace pol::service
