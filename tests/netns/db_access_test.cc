// The story of the demo, held to what it says, and what must hold around it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/netns/story.h"

namespace pol::netns {
namespace {

using ::testing::HasSubstr;

TEST(DbAccessTest, SixDecisionsEachByItsLine) {
  if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
  if (auto reason = harness::Postgres::WhyNot()) GTEST_SKIP() << *reason;
  auto story = Story::Prepare([](const std::string&) {});
  ASSERT_TRUE(story.ok()) << story.status();
  absl::Status played = (*story)->Play([](const Scene& scene) {
    EXPECT_EQ(scene.allowed, scene.expect_allowed)
        << scene.title << ": " << scene.answer;
    EXPECT_THAT(scene.decision, HasSubstr(scene.expect_line)) << scene.title;
    EXPECT_EQ(scene.answer == "1", scene.allowed) << scene.title;
  });
  ASSERT_TRUE(played.ok()) << played;
  EXPECT_EQ((*story)->scenes().size(), 6u);
}

}  // namespace
}  // namespace pol::netns
