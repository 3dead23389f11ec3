#include "compiler/ir/decision_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "compiler/ir/dump.h"
#include "compiler/ir/sets.h"

namespace pol::ir {
namespace {

class Maker {
 public:
  explicit Maker(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(random_() % bound);
  }

  RuleSet Make() {
    RuleSet rules;
    const uint32_t identities = 1 + Below(40);
    rules.identities.resize(identities);
    rules.named = identities;
    for (uint32_t i = 1; i < identities; ++i) {
      rules.identities[i].governed_ingress = Below(2) == 0;
      rules.identities[i].governed_egress = Below(2) == 0;
    }
    const uint32_t count = Below(12);
    for (uint32_t i = 0; i < count; ++i) AddRule(rules);
    SortSets(rules);
    return rules;
  }

 private:
  IdentitySet Some(uint32_t identities) {
    IdentitySet set;
    const uint32_t share = 1 + Below(12);  // from all of them to a few
    for (uint32_t i = 0; i < identities; ++i) {
      if (Below(share) == 0) set.push_back(i);
    }
    return set;
  }

  void AddRule(RuleSet& rules) {
    Rule rule;
    const auto identities = static_cast<uint32_t>(rules.identities.size());
    rule.sources = AddSet(rules, Some(identities));
    rule.targets = AddSet(rules, Some(identities));
    const auto first = static_cast<uint16_t>(1 + Below(4));
    const auto last = static_cast<uint16_t>(first + Below(3));
    if (Below(8) != 0) rule.ports = {{first, last}};
    if (Below(3) == 0) rule.ports.push_back({8, 65535});
    if (Below(4) == 0) rule.protocol = values::Protocol::kUdp;
    if (Below(6) == 0) {
      rule.protocol = values::Protocol::kIcmp;
      rule.ports = {values::PortRange::None()};
    }
    if (Below(4) == 0) rule.effect = Effect::kDeny;
    if (Below(4) == 0) rule.mode = Mode::kAudit;
    if (rule.effect == Effect::kAllow && Below(2) == 0) {
      rule.tls.emplace();
      if (Below(2) == 0) rule.tls->alpn = {Below(2) == 0 ? "a" : "b", "c"};
      if (Below(2) == 0) rule.tls->starttls = Below(2) == 0 ? "none" : "smtp";
      rule.connection_authentication = Below(2) == 0;
    }
    rules.rules.push_back(std::move(rule));
  }

  std::mt19937 random_;
};

TEST(DecisionIndexTest, AgreesWithDecideOnEveryConnection) {
  Maker maker(7);
  size_t allowed = 0;
  for (int round = 0; round < 60; ++round) {
    const RuleSet rules = maker.Make();
    const DecisionIndex index(rules);
    Connection connection;
    const auto identities = static_cast<uint32_t>(rules.identities.size());
    for (connection.source = 0; connection.source < identities;
         ++connection.source) {
      for (connection.target = 0; connection.target < identities;
           ++connection.target) {
        for (values::Protocol protocol :
             {values::Protocol::kTcp, values::Protocol::kUdp,
              values::Protocol::kIcmp}) {
          connection.protocol = protocol;
          const values::PortRange ports = values::PortsOf(protocol);
          for (connection.port = ports.first;
               connection.port <= std::min<uint16_t>(ports.last, 9);
               ++connection.port) {
            const Decision decision = Decide(rules, connection);
            allowed += decision.verdict == Verdict::kAllow;
            ASSERT_EQ(index.Decide(connection), decision) << Dump(rules);
            ASSERT_EQ(index.Decide(connection, AuditRules::kIncluded),
                      Decide(rules, connection, AuditRules::kIncluded));
          }
        }
      }
    }
  }
  EXPECT_GT(allowed, 10000u);  // the rules are not all beside the point
}

TEST(DecisionIndexTest, ClassesAreNotFinerThanTheRulesNeed) {
  RuleSet rules;
  rules.identities.resize(1000);
  rules.named = 1000;
  Rule rule;
  IdentitySet most;
  for (IdentityNumber i = 1; i < 1000; ++i) most.push_back(i);
  rule.sources = AddSet(rules, most);
  rule.targets = AddSet(rules, {7});
  rule.ports = {{80, 80}};
  rules.rules = {rule};
  SortSets(rules);
  const IdentityClasses classes = BuildIdentityClasses(rules);
  EXPECT_EQ(classes.representatives, (std::vector<IdentityNumber>{0, 1, 7}));
  EXPECT_EQ(classes.of[999], 1u);
  EXPECT_EQ(classes.sets[rules.rules[0].sources], (ClassSet{1, 2}));
  EXPECT_EQ(classes.sets[rules.rules[0].targets], (ClassSet{2}));
  std::vector<uint32_t> colours(1000);
  colours[999] = 1;
  EXPECT_EQ(BuildIdentityClasses(rules, colours).of[999], 3u);
}

}  // namespace
}  // namespace pol::ir
