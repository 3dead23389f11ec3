#include "compiler/selinux/common_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::selinux {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string One(std::string_view expression) {
  auto forms = CommonForm(expression);
  if (!forms.ok()) return std::string(forms.status().message());
  return forms->size() == 1 ? forms->front() : "several";
}

TEST(CommonFormTest, LeavesWhatAllReadAlike) {
  for (const char* text :
       {"/srv", "/srv(/.*)?", R"(/srv/a\.conf)", R"(/srv/\[x\]\{y\}\(z\)\\)",
        "/srv/[^/]+", R"(/srv/.*\d\x20\-]})", "/srv/(a|b)", "/srv/[|]"}) {
    EXPECT_EQ(One(text), text);
  }
}

TEST(CommonFormTest, TakesNeedlessEscapesAway) {
  EXPECT_EQ(One(R"(/srv/a\-b\/c\ d)"), "/srv/a-b/c d");
}

TEST(CommonFormTest, MakesClassesOfEscapesBeforeTheFirstMetacharacter) {
  EXPECT_EQ(One(R"(/srv/my\x20file)"), R"(/srv/my[\x20]file)");
  EXPECT_EQ(One(R"(/srv/my\sfile)"), R"(/srv/my[\s]file)");
  EXPECT_EQ(One(R"(/srv/\d+\w)"), R"(/srv/[\d]+\w)");
  EXPECT_EQ(One(R"(/srv/\x{c3}x)"), R"(/srv/[\x{c3}]x)");
  EXPECT_EQ(One(R"(/srv/\0401)"), R"(/srv/[\040]1)");
}

TEST(CommonFormTest, EscapesLoneBrackets) {
  EXPECT_EQ(One("/srv/a}b]"), R"(/srv/a\}b\])");
}

TEST(CommonFormTest, SplitsAlternativesOutsideGroups) {
  auto forms = CommonForm(R"(/a/x|/b/(c|d)|/e[|]\|\d)");
  ASSERT_TRUE(forms.ok()) << forms.status();
  EXPECT_THAT(*forms, ElementsAre("/a/x", "/b/(c|d)", R"(/e[|]\|\d)"));
}

TEST(CommonFormTest, RefusesWhatHasNone) {
  EXPECT_TRUE(absl::IsUnimplemented(CommonForm(R"(/a\bx)").status()));
  EXPECT_TRUE(absl::IsUnimplemented(CommonForm(R"(/a\Qx\E)").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(CommonForm("/a|b").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(CommonForm("/a|").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(CommonForm("/[z-a]").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(CommonForm("/a{2,1}").status()));
  EXPECT_THAT(One("/srv/(x"), HasSubstr("parenthes"));
}

}  // namespace
}  // namespace pol::selinux
