#include "compiler/diag/nearest.h"

#include <gtest/gtest.h>

namespace pol::diag {
namespace {

TEST(EditDistanceTest, CountsEachKindOfSlipOnce) {
  EXPECT_EQ(EditDistance("port", "port", 9), 0u);
  EXPECT_EQ(EditDistance("port", "ports", 9), 1u);
  EXPECT_EQ(EditDistance("ports", "port", 9), 1u);
  EXPECT_EQ(EditDistance("pord", "port", 9), 1u);
  EXPECT_EQ(EditDistance("prot", "port", 9), 1u);
  EXPECT_EQ(EditDistance("", "abc", 9), 3u);
  EXPECT_EQ(EditDistance("kitten", "sitting", 9), 3u);
}

TEST(EditDistanceTest, StopsBehindTheLimit) {
  EXPECT_EQ(EditDistance("abcdef", "uvwxyz", 2), 3u);
  EXPECT_EQ(EditDistance("a", "abcdef", 2), 3u);
}

TEST(NearestTest, TakesTheBestAndNotTheFirst) {
  EXPECT_EQ(Nearest("protocl", {"protocols", "protocol"}), "protocol");
  EXPECT_EQ(Nearest("sorce", {"force", "source"}), "force");
  EXPECT_EQ(Nearest("sorce", {"source", "force"}), "force");
}

TEST(NearestTest, IsSilentWhenNothingIsClose) {
  EXPECT_EQ(Nearest("effect", {"mode", "reason"}), std::nullopt);
  EXPECT_EQ(Nearest("x", {"port"}), std::nullopt);
  EXPECT_EQ(Nearest("", {"a"}), std::nullopt);
  EXPECT_EQ(Nearest("a", {}), std::nullopt);
}

}  // namespace
}  // namespace pol::diag
