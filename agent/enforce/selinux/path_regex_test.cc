#include "agent/enforce/selinux/path_regex.h"

#include <gtest/gtest.h>

#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {
namespace {

TEST(EscapePathTest, MatchesThatPathAlone) {
  for (const std::string& path :
       {std::string("/srv/a.b"), std::string("/srv/[x](y){z}^$?*+|\\"),
        std::string("/srv/with blank"), std::string("/srv/h\xc3\xb6he\n"),
        std::string("/etc/foo.conf")}) {
    auto pattern = kernel::PathPattern::Compile(EscapePath(path));
    ASSERT_TRUE(pattern.ok()) << pattern.status();
    EXPECT_TRUE(pattern->Matches(path)) << path;
    EXPECT_FALSE(pattern->Matches(path + "x")) << path;
  }
  EXPECT_EQ(EscapePath("/etc/foo.conf"), "/etc/foo\\.conf");
  EXPECT_EQ(EscapePath("/a b"), "/a[\\x20]b");
}

TEST(LiteralPrefixTest, EndsWhereTheTextMayVary) {
  EXPECT_EQ(LiteralPrefix("/srv/app(/.*)?"), "/srv/app");
  EXPECT_EQ(LiteralPrefix("/srv/apps?/x"), "/srv/app");
  EXPECT_EQ(LiteralPrefix("/srv/app/x*"), "/srv/app/");
  EXPECT_EQ(LiteralPrefix("/srv/x{2}"), "/srv/");
  EXPECT_EQ(LiteralPrefix("/srv/x+"), "/srv/x");
  EXPECT_EQ(LiteralPrefix("/srv/a\\.b"), "/srv/a.b");
  EXPECT_EQ(LiteralPrefix("/srv/a\\.?b"), "/srv/a");
  EXPECT_EQ(LiteralPrefix("/srv/\\d"), "/srv/");
  EXPECT_EQ(LiteralPrefix("/srv/\\x20"), "/srv/");
  EXPECT_EQ(LiteralPrefix("/[ab]"), "/");
  EXPECT_EQ(LiteralPrefix("/.*"), "/");
  EXPECT_EQ(LiteralPrefix("/plain"), "/plain");
}

TEST(HasBareAlternativeTest, OutsideGroupsAndClassesOnly) {
  EXPECT_TRUE(HasBareAlternative("/a|/b"));
  EXPECT_TRUE(HasBareAlternative("/(a|b)|/c"));
  EXPECT_FALSE(HasBareAlternative("/(a|b)"));
  EXPECT_FALSE(HasBareAlternative("/[|]"));
  EXPECT_FALSE(HasBareAlternative("/[]|]"));
  EXPECT_TRUE(HasBareAlternative("/[^]|]|/x"));
  EXPECT_FALSE(HasBareAlternative("/a\\|b"));
  EXPECT_FALSE(HasBareAlternative("/[a"));
}

}  // namespace
}  // namespace pol::enforce
