#include "compiler/values/capability_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

std::string Canonical(std::string_view text) {
  absl::StatusOr<CapabilitySet> set = CapabilitySet::Parse(text);
  return set.ok() ? set->text() : std::string(set.status().message());
}

TEST(CapabilitySetTest, FormsOfOneSetAreEqual) {
  for (const char* text :
       {"cap_net_bind_service=ep", "CAP_NET_BIND_SERVICE=pe", "10=ep",
        "cap_net_bind_service+p "
        "cap_net_bind_service+e"}) {
    EXPECT_EQ(Canonical(text), "cap_net_bind_service=ep") << text;
  }
}

TEST(CapabilitySetTest, EmptySetIsASet) {
  EXPECT_EQ(Canonical("="), "=");
  EXPECT_EQ(CapabilitySet().text(), "=");
  EXPECT_EQ(*CapabilitySet::Parse("="), CapabilitySet());
}

TEST(CapabilitySetTest, NamesArePermittedAndEffective) {
  EXPECT_EQ(CapabilitySet::FromNames({"cap_net_bind_service"})->text(),
            "cap_net_bind_service=ep");
  EXPECT_EQ(*CapabilitySet::FromNames({"cap_net_raw", "cap_chown"}),
            *CapabilitySet::Parse("cap_chown,cap_net_raw=ep"));
  EXPECT_EQ(*CapabilitySet::FromNames({}), CapabilitySet());
}

TEST(CapabilitySetTest, SaysWhatIsWrong) {
  EXPECT_THAT(Canonical("net_bind_service=ep"),
              HasSubstr("is not a capability text"));
  EXPECT_THAT(Canonical("cap_net_raw"), HasSubstr("is not a capability text"));
  EXPECT_THAT(Canonical(std::string_view("=\0", 2)), HasSubstr("NUL"));
  EXPECT_THAT(Canonical("cap_net_raw=ep cap_chown=p"),
              HasSubstr("one effective flag"));
  EXPECT_THAT(Canonical("cap_net_raw=ep 63=p"),
              HasSubstr("one effective flag"));
  EXPECT_THAT(
      std::string(CapabilitySet::FromNames({"cap_net_row"}).status().message()),
      HasSubstr("`cap_net_row` is not a capability"));
}

using Kind = CapabilityLint::Kind;
using Findings = std::vector<CapabilityLint>;

TEST(CapabilityLintTest, NothingToSay) {
  for (const char* text : {"=", "cap_net_bind_service=ep", "cap_chown=eip"}) {
    EXPECT_EQ(Lint(*CapabilitySet::Parse(text)), Findings()) << text;
  }
}

TEST(CapabilityLintTest, WhatExecWillNotGive) {
  EXPECT_EQ(Lint(*CapabilitySet::Parse("cap_net_raw=e")),
            (Findings{{Kind::kEffectiveOnly, {"cap_net_raw"}}}));
  EXPECT_EQ(Lint(*CapabilitySet::Parse("cap_net_raw=i cap_chown=p")),
            (Findings{{Kind::kInheritableOnly, {"cap_net_raw"}},
                      {Kind::kNotEffective, {"cap_chown"}}}));
  EXPECT_EQ(Lint(*CapabilitySet::Parse("cap_net_raw,cap_chown=ei")),
            (Findings{{Kind::kInheritableOnly, {"cap_chown", "cap_net_raw"}}}));
  EXPECT_EQ(Lint(*CapabilitySet::Parse("cap_net_raw,45,63=ep")),
            (Findings{{Kind::kUnknown, {"45", "63"}}}));
}

TEST(CapabilitySetTest, KnowsTheNames) {
  EXPECT_THAT(CapabilityNames(), Contains("cap_net_bind_service"));
}

}  // namespace
}  // namespace pol::values
