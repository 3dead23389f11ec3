#include "compiler/driver/assemble_bundle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "compiler/bundle/container.h"
#include "compiler/ir/sets.h"

namespace pol::driver {
namespace {

using ::testing::ElementsAre;

// A policy `db` at line 7 from a named identity and a region to itself.
ir::RuleSet OneRule() {
  ir::RuleSet rules;
  rules.identities.resize(3);
  rules.named = 2;
  rules.identities[1].id = *values::SpiffeId::Parse("spiffe://x/db");
  rules.identities[2].id = *values::SpiffeId::Parse("spiffe://x/any");
  rules.identities[2].region = true;
  ir::Rule rule;
  rule.name = "db";
  rule.sources = ir::AddSet(rules, {1, 2});
  rule.targets = ir::AddSet(rules, {1});
  rule.ports = {{5432, 5432}};
  rule.origin = rule.tls_origin = {"a.pol", 7, {}};
  rules.rules = {rule};
  ir::SortSets(rules);
  return rules;
}

bundle::v1::Bundle Assembled(const ir::RuleSet& rules) {
  return AssembleBundle(rules, {network::BuildTables(rules), {}, {}});
}

TEST(AssembleBundleTest, RegionsStayBehind) {
  const bundle::v1::Bundle bundle = Assembled(OneRule());
  EXPECT_EQ(bundle.identities_size(), 2);
  EXPECT_THAT(bundle.rules(0).sources(), ElementsAre(1));
  EXPECT_TRUE(bundle::Validate(bundle).ok());
  EXPECT_TRUE(bundle::Write(bundle).ok());
}

TEST(AssembleBundleTest, RuleOfRegionsAloneHarmsNobody) {
  ir::RuleSet rules = OneRule();
  rules.rules[0].sources = ir::AddSet(rules, {2});
  ir::SortSets(rules);
  const bundle::v1::Bundle bundle = Assembled(rules);
  EXPECT_EQ(bundle.network().cells_size(), 0);
  EXPECT_TRUE(bundle::Validate(bundle).ok());
  EXPECT_TRUE(bundle::Write(bundle).ok());
}

struct Ask {
  const char* requirement;
  void (*make)(ir::RuleSet&);
};

class RequirementTest : public ::testing::TestWithParam<Ask> {};

// The agent refuses what it does not know, and says which line asks for it.
TEST_P(RequirementTest, IsNamedWithItsLine) {
  ir::RuleSet rules = OneRule();
  GetParam().make(rules);
  const bundle::v1::Bundle bundle = Assembled(rules);
  EXPECT_THAT(bundle.requirements(),
              ::testing::Contains(std::string(GetParam().requirement)));
  ASSERT_EQ(bundle.requirement_causes_size(), bundle.requirements_size());
  // What is refused is a bundle all the same.
  EXPECT_TRUE(bundle::Write(bundle).ok());
  for (const auto& cause : bundle.requirement_causes()) {
    EXPECT_EQ(cause.origin().line(), 7u) << cause.what();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RequirementTest,
    ::testing::Values(
        Ask{"protocol-udp",
            [](ir::RuleSet& r) {
              r.rules[0].protocol = values::Protocol::kUdp;
            }},
        Ask{"tls-version", [](ir::RuleSet& r) { r.rules[0].tls.emplace(); }},
        Ask{"tls-server-name",
            [](ir::RuleSet& r) {
              r.rules[0].tls.emplace().server_names = {"db.x"};
            }},
        Ask{"tls-alpn",
            [](ir::RuleSet& r) { r.rules[0].tls.emplace().alpn = {"h2"}; }},
        Ask{"tls-key-exchange",
            [](ir::RuleSet& r) {
              r.rules[0].tls.emplace().key_exchange = {"x25519"};
            }},
        Ask{"starttls",
            [](ir::RuleSet& r) { r.rules[0].tls.emplace().starttls = "smtp"; }},
        Ask{"connection-authentication",
            [](ir::RuleSet& r) {
              r.rules[0].connection_authentication = true;
            }},
        Ask{"not-after", [](ir::RuleSet& r) { r.rules[0].not_after = 1; }},
        Ask{"workload-exec",
            [](ir::RuleSet& r) {
              ir::Workload workload;
              workload.identity = 1;
              workload.exec = "/usr/bin/db";
              workload.origin = r.rules[0].origin;
              r.workloads = {workload};
            }},
        Ask{"capabilities-rootid",
            [](ir::RuleSet& r) {
              ir::File file;
              file.path = "/a";
              file.manages_capabilities = true;
              file.capabilities = values::CapabilitySet();
              file.capabilities_rootid = 7;
              file.origin = r.rules[0].origin;
              r.files = {file};
            }},
        Ask{"selinux-boolean",
            [](ir::RuleSet& r) {
              r.booleans = {{"b", true, r.rules[0].origin}};
            }},
        Ask{"selinux-port",
            [](ir::RuleSet& r) {
              r.selinux_ports = {{values::Protocol::kTcp,
                                  {80, 80},
                                  "http_port_t",
                                  r.rules[0].origin}};
            }},
        Ask{"selinux-equivalence",
            [](ir::RuleSet& r) {
              r.equivalences = {{"/srv/web", "/var/www", r.rules[0].origin}};
            }},
        Ask{"selinux-permissive",
            [](ir::RuleSet& r) {
              r.permissive = {{"httpd_t", r.rules[0].origin}};
            }}),
    [](const auto& test) {
      std::string name = test.param.requirement;
      std::erase(name, '-');
      return name;
    });

TEST(AssembleBundleTest, ProfileThatCannotBeMetIsNotNone) {
  ir::RuleSet rules = OneRule();
  rules.rules[0].tls.emplace().alpn = {"h2"};
  ir::Rule other = rules.rules[0];
  other.name = "other";
  other.tls->alpn = {"h3"};
  rules.rules.push_back(other);
  const bundle::v1::Bundle bundle = Assembled(rules);
  ASSERT_EQ(bundle.network().tls_profiles_size(), 1);
  EXPECT_TRUE(bundle.network().tls_profiles(0).impossible());
  EXPECT_EQ(bundle.network().cells(0).alpn_rule(), 2u);
}

}  // namespace
}  // namespace pol::driver
