#include "compiler/support/paths.h"

#include <gtest/gtest.h>

namespace pol::support {
namespace {

TEST(Paths, AFolderHoldsItselfAndWhatIsBelow) {
  EXPECT_TRUE(IsAtOrBelow("/srv", "/srv"));
  EXPECT_TRUE(IsAtOrBelow("/srv/a/b", "/srv"));
  EXPECT_FALSE(IsAtOrBelow("/srv2", "/srv"));
  EXPECT_FALSE(IsAtOrBelow("/sr", "/srv"));
  EXPECT_FALSE(IsAtOrBelow("/", "/srv"));
}

TEST(Paths, TheRootHoldsEverything) {
  EXPECT_TRUE(IsAtOrBelow("/", "/"));
  EXPECT_TRUE(IsAtOrBelow("/srv/a", "/"));
  EXPECT_FALSE(IsAtOrBelow("srv", "/"));
}

}  // namespace
}  // namespace pol::support
