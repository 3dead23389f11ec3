#include "compiler/values/spiffe_id.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

TEST(SpiffeIdTest, Parts) {
  absl::StatusOr<SpiffeId> id =
      SpiffeId::Parse("spiffe://gov.cn/ns/finance-app");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->trust_domain(), "gov.cn");
  EXPECT_EQ(id->path(), "/ns/finance-app");
  EXPECT_EQ(id->text(), "spiffe://gov.cn/ns/finance-app");
}

TEST(SpiffeIdTest, TrustDomainAlone) {
  absl::StatusOr<SpiffeId> id = SpiffeId::Parse("spiffe://10.0.0.1");
  ASSERT_TRUE(id.ok());
  EXPECT_EQ(id->trust_domain(), "10.0.0.1");
  EXPECT_EQ(id->path(), "");
}

TEST(SpiffeIdTest, LengthsAtTheirLimits) {
  std::string domain(255, 'a');
  EXPECT_TRUE(SpiffeId::Parse("spiffe://" + domain).ok());
  EXPECT_FALSE(SpiffeId::Parse("spiffe://a" + domain).ok());
  std::string id = "spiffe://a/" + std::string(2048 - 11, 'x');
  EXPECT_TRUE(SpiffeId::Parse(id).ok());
  EXPECT_FALSE(SpiffeId::Parse(id + "x").ok());
}

struct BadId {
  const char* text;
  const char* message;
};

class BadSpiffeIdTest : public ::testing::TestWithParam<BadId> {};

TEST_P(BadSpiffeIdTest, SaysWhatIsWrong) {
  absl::StatusOr<SpiffeId> id = SpiffeId::Parse(GetParam().text);
  ASSERT_FALSE(id.ok()) << GetParam().text;
  EXPECT_THAT(std::string(id.status().message()),
              HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSpiffeIdTest,
    ::testing::Values(
        BadId{"", "begins with"}, BadId{"https://gov.cn/x", "begins with"},
        BadId{"SPIFFE://gov.cn/x", "begins with"},
        BadId{"spiffe://", "is empty"}, BadId{"spiffe:///x", "is empty"},
        BadId{"spiffe://Gov.cn/x", "lower case"},
        BadId{"spiffe://gov.cn:80/x", "port"},
        BadId{"spiffe://me@gov.cn/x", "user"},
        BadId{"spiffe://gov.cn/", "end in `/`"},
        BadId{"spiffe://gov.cn/x/", "end in `/`"},
        BadId{"spiffe://gov.cn//x", "empty path segment"},
        BadId{"spiffe://gov.cn/./x", "`..` path"},
        BadId{"spiffe://gov.cn/x/..", "`..` path"},
        BadId{"spiffe://gov.cn/x?y", "query"},
        BadId{"spiffe://gov.cn/x#y", "fragment"},
        BadId{"spiffe://gov.cn/%61", "percent"},
        BadId{"spiffe://gov.cn/a b", "path of"},
        BadId{"spiffe://[::1]/x", "may not stand in a trust domain"}));

}  // namespace
}  // namespace pol::values
