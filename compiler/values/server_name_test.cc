#include "compiler/values/server_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

// The canonical text, or the message.
std::string Canonical(std::string_view text) {
  absl::StatusOr<ServerName> name = ServerName::Parse(text);
  return name.ok() ? name->text() : std::string(name.status().message());
}

TEST(ServerNameTest, IsKeptInLowerCase) {
  EXPECT_EQ(Canonical("DB.gov.cn"), "db.gov.cn");
  EXPECT_EQ(Canonical("localhost"), "localhost");
  EXPECT_EQ(Canonical("3com.example"), "3com.example");
  EXPECT_EQ(Canonical("xn--fiqs8s"), "xn--fiqs8s");
  EXPECT_EQ(Canonical("*.Gov.cn"), "*.gov.cn");
  EXPECT_EQ(Canonical("1.2.3.4a"), "1.2.3.4a");
}

TEST(ServerNameTest, AWildcardIsOneLabel) {
  ServerName name = *ServerName::Parse("*.gov.cn");
  EXPECT_TRUE(name.wildcard());
  EXPECT_TRUE(name.Matches("db.gov.cn"));
  EXPECT_TRUE(name.Matches("DB.GOV.CN"));
  EXPECT_FALSE(name.Matches("a.db.gov.cn"));
  EXPECT_FALSE(name.Matches("gov.cn"));
  EXPECT_FALSE(name.Matches(".gov.cn"));
  EXPECT_FALSE(name.Matches("gov"));
  ServerName exact = *ServerName::Parse("db.gov.cn");
  EXPECT_FALSE(exact.wildcard());
  EXPECT_TRUE(exact.Matches("Db.gov.cn"));
  EXPECT_FALSE(exact.Matches("db.gov.cn."));
}

TEST(ServerNameTest, LengthsAtTheirLimits) {
  std::string label(63, 'a');
  EXPECT_EQ(Canonical(label), label);
  EXPECT_THAT(Canonical(label + "a"), HasSubstr("at most 63"));
  std::string name = label + "." + label + "." + label + "." + label;
  EXPECT_EQ(Canonical(name.substr(2)), name.substr(2));
  EXPECT_THAT(Canonical(name.substr(1)), HasSubstr("at most 253"));
}

TEST(ServerNameTest, SaysWhatIsWrong) {
  EXPECT_THAT(Canonical(""), HasSubstr("is empty"));
  EXPECT_THAT(Canonical("db.gov.cn."), HasSubstr("end in `.`"));
  EXPECT_THAT(Canonical("db..cn"), HasSubstr("empty label"));
  EXPECT_THAT(Canonical(".cn"), HasSubstr("empty label"));
  EXPECT_THAT(Canonical("10.0.0.1"), HasSubstr("is no address"));
  EXPECT_THAT(Canonical("::1"), HasSubstr("is no address"));
  EXPECT_THAT(Canonical("db.gov.cn:5432"), HasSubstr("has no port"));
  EXPECT_THAT(Canonical("my_host.cn"), HasSubstr("`_` may not stand"));
  EXPECT_THAT(Canonical("-a.cn"), HasSubstr("begins nor ends with `-`"));
  EXPECT_THAT(Canonical("a-.cn"), HasSubstr("begins nor ends with `-`"));
  EXPECT_THAT(Canonical("b\xc3\xbc.cn"), HasSubstr("`xn--`"));
  EXPECT_THAT(Canonical("*"), HasSubstr("alone"));
  EXPECT_THAT(Canonical("*a.cn"), HasSubstr("whole leftmost label"));
  EXPECT_THAT(Canonical("a.*.cn"), HasSubstr("whole leftmost label"));
  EXPECT_THAT(Canonical("*.*.cn"), HasSubstr("whole leftmost label"));
  EXPECT_THAT(Canonical("a\nb"), HasSubstr("control characters"));
}

}  // namespace
}  // namespace pol::values
