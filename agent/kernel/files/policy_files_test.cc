#include "agent/kernel/files/policy_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::kernel {
namespace {

using ::testing::HasSubstr;

TEST(PolicyNameTest, IsTheValueOfSelinuxtype) {
  EXPECT_EQ(PolicyName("SELINUX=enforcing\n  SELINUXTYPE=default \n"),
            "default");
  EXPECT_EQ(PolicyName("# SELINUXTYPE=mls\n"), "targeted");
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
