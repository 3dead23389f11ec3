#include "compiler/network/tables.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

#include "compiler/ir/sets.h"

namespace pol::network {
namespace {

ir::Rule Allow(ir::RuleSet& rules, const char* name, ir::IdentitySet sources,
               ir::IdentitySet targets, std::vector<values::PortRange> ports) {
  ir::Rule rule;
  rule.name = name;
  rule.sources = ir::AddSet(rules, std::move(sources));
  rule.targets = ir::AddSet(rules, std::move(targets));
  rule.ports = std::move(ports);
  return rule;
}

ir::RuleSet Identities(const std::vector<const char*>& ids) {
  ir::RuleSet rules;
  rules.identities.resize(1);
  for (const char* id : ids) {
    rules.identities.emplace_back().id = *values::SpiffeId::Parse(id);
  }
  rules.named = static_cast<ir::IdentityNumber>(rules.identities.size());
  return rules;
}

TEST(TablesTest, AlikeIdentitiesShareAClass) {
  ir::RuleSet rules =
      Identities({"spiffe://a/app", "spiffe://a/batch", "spiffe://a/pg"});
  rules.identities[3].governed_ingress = true;
  rules.rules = {Allow(rules, "db", {1, 2}, {3}, {{5432, 5432}})};
  rules.rules[0].tls.emplace();
  EXPECT_EQ(Dump(rules, BuildTables(rules)),
            "class 0: unknown\n"
            "class 1: spiffe://a/app, spiffe://a/batch\n"
            "class 2: spiffe://a/pg\n"
            "interval 0: 0-5431\n"
            "interval 1: 5432-5432\n"
            "interval 2: 5433-65535\n"
            "cell 1 -> 2 tcp interval 1: allow by db tls>=1.2 by db\n");
}

TEST(TablesTest, AnotherWorkloadOfAKnownClassAddsNoCell) {
  ir::RuleSet two =
      Identities({"spiffe://a/app1", "spiffe://a/app2", "spiffe://a/pg"});
  two.rules = {Allow(two, "db", {1, 2}, {3}, {{5432, 5432}})};
  ir::RuleSet three = Identities({"spiffe://a/app1", "spiffe://a/app2",
                                  "spiffe://a/app3", "spiffe://a/pg"});
  three.rules = {Allow(three, "db", {1, 2, 3}, {4}, {{5432, 5432}})};
  EXPECT_EQ(BuildTables(two).cells.size(), BuildTables(three).cells.size());
}

TEST(TablesTest, RegionsAreNoHosts) {
  ir::RuleSet rules = Identities({"spiffe://a/app", "spiffe://a/pg"});
  rules.identities.emplace_back().id =
      *values::SpiffeId::Parse("spiffe://a/any");
  rules.identities[3].region = true;
  rules.rules = {Allow(rules, "db", {1, 3}, {2}, {{5432, 5432}}),
                 Allow(rules, "none", {3}, {2}, {{80, 80}})};
  Tables tables = BuildTables(rules);
  EXPECT_EQ(tables.class_of.size(), 3u);
  ASSERT_EQ(tables.cells.size(), 1u);
  EXPECT_EQ(tables.cells[0].enforced.rule, 0u);
}

TEST(TablesTest, AuditedRulesStandBesideTheEnforced) {
  ir::RuleSet rules = Identities({"spiffe://a/app", "spiffe://a/pg"});
  rules.rules = {Allow(rules, "db", {1}, {2}, {{1, 65535}}),
                 Allow(rules, "watch", {1}, {2}, {{80, 80}})};
  rules.rules[1].effect = ir::Effect::kDeny;
  rules.rules[1].mode = ir::Mode::kAudit;
  Tables tables = BuildTables(rules);
  for (const Cell& cell : tables.cells) {
    bool watched = tables.interval_starts[cell.interval] == 80;
    EXPECT_EQ(cell.enforced.verdict, ir::Verdict::kAllow);
    EXPECT_EQ(cell.audited.verdict,
              watched ? ir::Verdict::kDeny : ir::Verdict::kAllow);
  }
}

// What the kernel does with the tables, over all identities and the ports
// around each edge.
ir::Decision LookUp(const ir::RuleSet& rules, const Tables& tables,
                    const ir::Connection& connection, bool audited) {
  auto after = std::upper_bound(tables.interval_starts.begin(),
                                tables.interval_starts.end(), connection.port);
  auto interval =
      static_cast<IntervalNumber>(after - tables.interval_starts.begin() - 1);
  for (const Cell& cell : tables.cells) {
    if (std::tuple(cell.source, cell.target, cell.protocol, cell.interval) ==
        std::tuple(tables.class_of[connection.source],
                   tables.class_of[connection.target], connection.protocol,
                   interval)) {
      const ir::Decision& decision = audited ? cell.audited : cell.enforced;
      if (decision.rule) return decision;
    }
  }
  bool governed = rules.identities[connection.source].governed_egress ||
                  rules.identities[connection.target].governed_ingress;
  ir::Decision decision;
  if (governed) decision.verdict = ir::Verdict::kDeny;
  return decision;
}

ir::RuleSet RandomRules(std::mt19937& random) {
  auto below = [&random](uint32_t bound) {
    return static_cast<uint32_t>(random() % bound);
  };
  ir::RuleSet rules =
      Identities({"spiffe://a/1", "spiffe://a/2", "spiffe://a/3",
                  "spiffe://a/4", "spiffe://a/5"});
  for (size_t i = 1; i < rules.identities.size(); ++i) {
    rules.identities[i].governed_ingress = below(2) == 0;
    rules.identities[i].governed_egress = below(2) == 0;
  }
  auto some = [&] {
    std::vector<ir::IdentityNumber> chosen;
    for (ir::IdentityNumber i = 0; i < rules.identities.size(); ++i) {
      if (below(3) == 0) chosen.push_back(i);
    }
    if (chosen.empty()) chosen.push_back(below(6));
    return chosen;
  };
  uint32_t count = 1 + below(5);
  for (uint32_t i = 0; i < count; ++i) {
    auto first = static_cast<uint16_t>(1 + below(12));
    auto last = static_cast<uint16_t>(first + below(6));
    std::vector<values::PortRange> ports = {{first, last}};
    auto gap = static_cast<uint16_t>(last + 2 + below(4));
    if (below(3) == 0) ports.push_back({gap, 65535});
    ir::Rule rule = Allow(rules, "r", some(), some(), ports);
    rule.name += static_cast<char>('a' + i);
    if (below(3) == 0) rule.effect = ir::Effect::kDeny;
    if (below(4) == 0) rule.mode = ir::Mode::kAudit;
    if (rule.effect == ir::Effect::kAllow && below(2) == 0) {
      rule.tls.emplace().min_version = below(2) == 0
                                           ? values::TlsVersion::kTls12
                                           : values::TlsVersion::kTls13;
      if (below(2) == 0) rule.tls->alpn = {"h2", below(2) == 0 ? "h3" : "x"};
      rule.connection_authentication = below(4) == 0;
    }
    rules.rules.push_back(rule);
  }
  return rules;
}

TEST(TablesTest, AgreeWithDecideOnEveryConnection) {
  constexpr uint16_t kPorts[] = {1,  2,  3,  5,  8,  11, 12,   13,
                                 17, 18, 20, 21, 22, 23, 65535};
  std::mt19937 random(20240917);
  for (int round = 0; round < 300; ++round) {
    ir::RuleSet rules = RandomRules(random);
    Tables tables = BuildTables(rules);
    for (ir::IdentityNumber source = 0; source < 6; ++source) {
      for (ir::IdentityNumber target = 0; target < 6; ++target) {
        for (uint16_t port : kPorts) {
          ir::Connection connection = {source, target, values::Protocol::kTcp,
                                       port};
          ASSERT_EQ(LookUp(rules, tables, connection, false),
                    ir::Decide(rules, connection))
              << round << ": " << source << " -> " << target << ":" << port;
          ASSERT_EQ(LookUp(rules, tables, connection, true),
                    ir::Decide(rules, connection, ir::AuditRules::kIncluded));
        }
      }
    }
  }
}

}  // namespace
}  // namespace pol::network
