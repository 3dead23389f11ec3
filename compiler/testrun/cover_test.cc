#include "compiler/testrun/cover.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace pol::testrun {
namespace {

using Sets = std::vector<std::vector<uint32_t>>;

TEST(CoverTest, TakesTheSetThatAddsMost) {
  EXPECT_EQ(Cover({{0}, {0, 1, 2}, {2, 3}, {3}}, 4),
            (std::vector<size_t>{1, 2}));
  EXPECT_EQ(Cover({{0, 1}, {0, 1}}, 2), std::vector<size_t>{0});
  EXPECT_TRUE(Cover({}, 0).empty());
  EXPECT_TRUE(Cover({{}}, 0).empty());
}

TEST(CoverTest, LeavesOutWhatLaterChoicesMadeNeedless) {
  // The largest set first; the two that finish the job hold all of it.
  EXPECT_EQ(Cover({{0, 1, 2, 3}, {0, 1, 4}, {2, 3, 5}}, 6),
            (std::vector<size_t>{1, 2}));
}

TEST(CoverTest, CoversAllAndNeedsEach) {
  std::mt19937 random(20260411);
  for (int round = 0; round < 300; ++round) {
    const uint32_t universe = 1 + static_cast<uint32_t>(random() % 12);
    Sets sets(1 + random() % 10);
    std::set<uint32_t> all;
    for (auto& set : sets) {
      for (uint32_t i = 0; i < universe; ++i) {
        if (random() % 3 == 0) set.push_back(i);
      }
      all.insert(set.begin(), set.end());
    }
    const std::vector<size_t> chosen = Cover(sets, universe);
    auto covered_without = [&](size_t left_out) {
      std::set<uint32_t> covered;
      for (size_t set : chosen) {
        if (set != left_out) covered.insert(sets[set].begin(), sets[set].end());
      }
      return covered;
    };
    EXPECT_EQ(covered_without(sets.size()), all);
    for (size_t set : chosen) EXPECT_NE(covered_without(set), all);
  }
}

}  // namespace
}  // namespace pol::testrun
