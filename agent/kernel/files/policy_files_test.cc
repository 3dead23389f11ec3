#include "agent/kernel/files/policy_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(PolicyNameTest, IsTheValueOfSelinuxtype) {
  EXPECT_EQ(PolicyName("SELINUX=enforcing\n  SELINUXTYPE=default \n"),
            "default");
  EXPECT_EQ(PolicyName("# SELINUXTYPE=mls\n"), "targeted");
}

TEST(EquivalencesTest, CommentsAndHalfLinesAreNone) {
  EXPECT_THAT(ParseEquivalences("# /a /b\n\n/alone\n/var/run\t/run\n/bin /usr"),
              ElementsAre(Pair("/var/run", "/run"), Pair("/bin", "/usr")));
}

TEST(EquivalencesTest, WholeComponentsOnceLastLineWins) {
  Equivalences list = {{"/a", "/b"}, {"/b", "/c"}, {"/a/x", "/d"}};
  EXPECT_EQ(Substitute(list, "/a/y"), "/b/y");
  EXPECT_EQ(Substitute(list, "/a"), "/b");
  EXPECT_EQ(Substitute(list, "/ab"), "/ab");
  EXPECT_EQ(Substitute(list, "/a/x/y"), "/d/y");
  EXPECT_EQ(Substitute({{"/host", "/"}}, "/host/etc"), "/etc");
}

TEST(EquivalencesTest, BackwardsFindsEveryBeginning) {
  Equivalences list = {{"/var/run", "/run"}, {"/old/run/app", "/run/app"}};
  EXPECT_THAT(Unsubstitute(list, "/run/app"),
              ElementsAre("/old/run/app", "/run/app", "/var/run/app"));
  // What is above the target of an equivalence holds all of it.
  EXPECT_THAT(Unsubstitute(list, "/ru"),
              ElementsAre("/old/run/app", "/ru", "/var/run"));
}

TEST(PathPatternTest, MatchesTheWholePathAsLibselinuxDoes) {
  auto pattern = PathPattern::Compile("/srv/app(/.*)?");
  ASSERT_TRUE(pattern.ok());
  EXPECT_TRUE(pattern->Matches("/srv/app"));
  EXPECT_TRUE(pattern->Matches("/srv/app/a\nb"));
  EXPECT_FALSE(pattern->Matches("/srv/app2"));
  EXPECT_FALSE(pattern->Matches("/x/srv/app"));
}

TEST(PathPatternTest, SaysWhatIsWrongAndWhere) {
  absl::Status wrong = PathPattern::Compile("/srv/(app").status();
  EXPECT_TRUE(absl::IsInvalidArgument(wrong));
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("/srv/(app"));
}

}  // namespace
}  // namespace pol::kernel
