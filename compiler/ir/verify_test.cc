#include "compiler/ir/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::ir {
namespace {

using ::testing::HasSubstr;

RuleSet Good() {
  RuleSet rules;
  rules.identities.resize(2);
  rules.identities[1].id = *values::SpiffeId::Parse("spiffe://gov.cn/a");
  rules.named = 2;
  rules.sets = {{0, 1}, {1}};
  Rule rule;
  rule.name = "a";
  rule.sources = 0;
  rule.targets = 1;
  rule.ports = {{1, 5}, {7, 9}};
  rules.rules = {rule};
  return rules;
}

struct Defect {
  const char* name;
  void (*make)(RuleSet&);
  const char* message;
};

class VerifyTest : public ::testing::TestWithParam<Defect> {};

TEST_P(VerifyTest, FindsTheDefect) {
  RuleSet rules = Good();
  ASSERT_EQ(Verify(rules), "");
  GetParam().make(rules);
  EXPECT_THAT(Verify(rules), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    All, VerifyTest,
    ::testing::Values(
        Defect{"NoUnknown",
               [](RuleSet& r) { r.identities.erase(r.identities.begin()); },
               "identity 0"},
        Defect{"IdentityTwice",
               [](RuleSet& r) {
                 r.identities.push_back(r.identities[1]);
                 r.named = 3;
               },
               "identities are not ascending"},
        Defect{"WorkloadOfNobody", [](RuleSet& r) { r.workloads.resize(1); },
               "workload"},
        Defect{"AddressOfNobody", [](RuleSet& r) { r.addresses.resize(1); },
               "address"},
        Defect{"RuleTwice", [](RuleSet& r) { r.rules.push_back(r.rules[0]); },
               "rules are not ascending"},
        Defect{"RegionAmongNamed",
               [](RuleSet& r) { r.identities[1].region = true; }, "regions"},
        Defect{"NamedAmongRegions", [](RuleSet& r) { r.named = 1; }, "regions"},
        Defect{"NothingNamed", [](RuleSet& r) { r.named = 0; }, "named"},
        Defect{"SetTwice",
               [](RuleSet& r) {
                 r.sets = {{1}, {1}};
               },
               "sets are not ascending"},
        Defect{"IdentityOfSetTwice",
               [](RuleSet& r) {
                 r.sets = {{0, 0}, {1}};
               },
               "set's identities are not ascending"},
        Defect{"IdentityOfSetOutOfRange",
               [](RuleSet& r) {
                 r.sets = {{0, 2}, {1}};
               },
               "set's identity is out of range"},
        Defect{"RuleOfNoSet", [](RuleSet& r) { r.rules[0].targets = 2; },
               "set out of range"},
        Defect{"DenyThatAsks",
               [](RuleSet& r) {
                 r.rules[0].effect = Effect::kDeny;
                 r.rules[0].tls.emplace();
               },
               "a deny has a requirement"},
        Defect{"NamesTwice",
               [](RuleSet& r) {
                 r.rules[0].tls.emplace().alpn = {"h2", "h2"};
               },
               "names are not ascending"},
        Defect{"InvariantOfNoProtocol",
               [](RuleSet& r) { r.invariants.resize(1); }, "protocols"},
        Defect{"WaiverOfNoRule",
               [](RuleSet& r) { r.waivers.emplace_back().rule = 1; }, "waiver"},
        Defect{"TestOfNobody",
               [](RuleSet& r) { r.tests.emplace_back().source = 2; }, "test"},
        Defect{"PortsTouch",
               [](RuleSet& r) {
                 r.rules[0].ports = {{1, 5}, {6, 9}};
               },
               "not merged"},
        Defect{"PortZero",
               [](RuleSet& r) {
                 r.rules[0].ports = {{0, 5}};
               },
               "not merged"},
        Defect{
            "PortsOfIcmp",
            [](RuleSet& r) { r.rules[0].protocol = values::Protocol::kIcmp; },
            "not merged"},
        Defect{"TestOfNoPort", [](RuleSet& r) { r.tests.emplace_back(); },
               "no port of its protocol"},
        Defect{"TestOfAPortOfIcmp",
               [](RuleSet& r) {
                 r.tests.emplace_back().protocol = values::Protocol::kIcmp;
                 r.tests[0].port = 1;
               },
               "no port of its protocol"},
        Defect{"FileTwice", [](RuleSet& r) { r.files.resize(2); }, "files"},
        Defect{"FcontextTwice", [](RuleSet& r) { r.fcontexts.resize(2); },
               "fcontexts"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(VerifyIcmpTest, HasNoPorts) {
  RuleSet rules = Good();
  rules.rules[0].protocol = values::Protocol::kIcmp;
  rules.rules[0].ports = {values::PortRange::None()};
  rules.tests.emplace_back().protocol = values::Protocol::kIcmp;
  EXPECT_EQ(Verify(rules), "");
}

}  // namespace
}  // namespace pol::ir
