#include "compiler/values/spiffe_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

bool Matches(std::string_view pattern, std::string_view id) {
  return SpiffePattern::Parse(pattern)->Matches(*SpiffeId::Parse(id));
}

TEST(SpiffePatternTest, StarIsOneSegment) {
  EXPECT_TRUE(Matches("spiffe://gov.cn/ns/*", "spiffe://gov.cn/ns/web"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/ns/*", "spiffe://gov.cn/ns"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/ns/*", "spiffe://gov.cn/ns/web/a"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/ns/*", "spiffe://gov.us/ns/web"));
  EXPECT_TRUE(Matches("spiffe://gov.cn/*/a", "spiffe://gov.cn/ns/a"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/*", "spiffe://gov.cn"));
}

TEST(SpiffePatternTest, TwoStarsAreOneOrMoreSegments) {
  EXPECT_TRUE(Matches("spiffe://gov.cn/ns/**", "spiffe://gov.cn/ns/a"));
  EXPECT_TRUE(Matches("spiffe://gov.cn/ns/**", "spiffe://gov.cn/ns/a/b/c"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/ns/**", "spiffe://gov.cn/ns"));
  EXPECT_TRUE(Matches("spiffe://gov.cn/**", "spiffe://gov.cn/a"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/**", "spiffe://gov.cn"));
  EXPECT_TRUE(Matches("spiffe://gov.cn/*/**", "spiffe://gov.cn/a/b"));
  EXPECT_FALSE(Matches("spiffe://gov.cn/*/**", "spiffe://gov.cn/a"));
}

TEST(SpiffePatternTest, StarWithinASegmentIsAnyRun) {
  EXPECT_TRUE(Matches("spiffe://a/*-app", "spiffe://a/web-app"));
  EXPECT_TRUE(Matches("spiffe://a/*-app", "spiffe://a/-app"));
  EXPECT_TRUE(Matches("spiffe://a/*-app", "spiffe://a/a-app-app"));
  EXPECT_FALSE(Matches("spiffe://a/*-app", "spiffe://a/a-apps"));
  EXPECT_FALSE(Matches("spiffe://a/*-app", "spiffe://a/b/c-app"));
  EXPECT_TRUE(Matches("spiffe://a/w*-*b/x", "spiffe://a/w-b/x"));
  EXPECT_TRUE(Matches("spiffe://a/w*-*b", "spiffe://a/wbb-bab"));
  EXPECT_FALSE(Matches("spiffe://a/w*-*b", "spiffe://a/wb"));
}

TEST(SpiffePatternTest, ALiteralMatchesItself) {
  auto pattern = SpiffePattern::Parse("spiffe://gov.cn/ns/a");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->IsLiteral());
  EXPECT_TRUE(pattern->Matches(*SpiffeId::Parse("spiffe://gov.cn/ns/a")));
  EXPECT_FALSE(pattern->Matches(*SpiffeId::Parse("spiffe://gov.cn/ns/b")));
  EXPECT_FALSE(SpiffePattern::Parse("spiffe://gov.cn/*")->IsLiteral());
  EXPECT_TRUE(Matches("spiffe://gov.cn", "spiffe://gov.cn"));
  EXPECT_FALSE(Matches("spiffe://gov.cn", "spiffe://gov.cn/a"));
}

TEST(SpiffePatternTest, Parts) {
  auto pattern = SpiffePattern::Parse("spiffe://gov.cn/ns/*/w-*/**");
  ASSERT_TRUE(pattern.ok());
  EXPECT_EQ(pattern->text(), "spiffe://gov.cn/ns/*/w-*/**");
  EXPECT_EQ(pattern->trust_domain(), "gov.cn");
  using Segment = SpiffePattern::Segment;
  EXPECT_EQ(pattern->segments(),
            (std::vector<Segment>{{Segment::Kind::kLiteral, "ns"},
                                  {Segment::Kind::kAny, "*"},
                                  {Segment::Kind::kGlob, "w-*"}}));
  EXPECT_TRUE(pattern->open_ended());
}

struct BadPattern {
  const char* text;
  const char* message;
};

class BadSpiffePatternTest : public ::testing::TestWithParam<BadPattern> {};

TEST_P(BadSpiffePatternTest, SaysWhatIsWrong) {
  auto pattern = SpiffePattern::Parse(GetParam().text);
  ASSERT_FALSE(pattern.ok()) << GetParam().text;
  EXPECT_THAT(std::string(pattern.status().message()),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSpiffePatternTest,
    ::testing::Values(BadPattern{"*", "begins with"},
                      BadPattern{"spiffe:*", "begins with"},
                      BadPattern{"spiffe://*/x", "trust domain has no `*`"},
                      BadPattern{"spiffe://*.gov.cn/x",
                                 "trust domain has no `*`"},
                      BadPattern{"spiffe://**", "trust domain has no `*`"},
                      BadPattern{"spiffe://a/**/b", "only be the last"},
                      BadPattern{"spiffe://a/**/**", "only be the last"},
                      BadPattern{"spiffe://a/b**", "segment of its own"},
                      BadPattern{"spiffe://a/**b", "segment of its own"},
                      BadPattern{"spiffe://a/***", "segment of its own"},
                      BadPattern{"spiffe://a/*/", "end in `/`"},
                      BadPattern{"spiffe://a//*", "empty path segment"},
                      BadPattern{"spiffe://a/../*", "`..` path"},
                      BadPattern{"spiffe://a/[ab]*", "`[` may not stand"},
                      BadPattern{"spiffe://A/*", "lower case"}));

TEST(SpiffePatternTest, IsAsLongAsAnId) {
  std::string text = "spiffe://a/" + std::string(2048 - 12, 'x') + "*";
  EXPECT_TRUE(SpiffePattern::Parse(text).ok());
  EXPECT_FALSE(SpiffePattern::Parse(text + "x").ok());
}

}  // namespace
}  // namespace pol::values
