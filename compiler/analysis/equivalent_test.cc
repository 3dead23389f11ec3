#include "compiler/analysis/equivalent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "compiler/analysis/findings.h"
#include "compiler/analysis/random_rules.h"
#include "compiler/ir/dump.h"
#include "compiler/ir/sets.h"

namespace pol::analysis {
namespace {

bool Same(const ir::Decision& a, const ir::Decision& b) {
  if (a.verdict != b.verdict || a.min_tls != b.min_tls ||
      a.authentication_rule.has_value() != b.authentication_rule.has_value())
    return false;
  for (size_t i = 0; i < a.asked.size(); ++i) {
    if (a.asked[i].has_value() != b.asked[i].has_value() ||
        (a.asked[i] && a.asked[i]->names != b.asked[i]->names))
      return false;
  }
  return true;
}

bool DifferSomewhere(const ir::RuleSet& a, const ir::RuleSet& b) {
  std::set<int64_t> moments = {kForever};
  for (const ir::RuleSet* side : {&a, &b}) {
    for (const ir::Rule& rule : side->rules) moments.insert(Until(rule));
  }
  for (int64_t moment : moments) {
    const ir::RuleSet live_a = LiveAt(a, moment);
    const ir::RuleSet live_b = LiveAt(b, moment);
    ir::Connection c;
    for (c.source = 0; c.source < a.identities.size(); ++c.source) {
      for (c.target = 0; c.target < a.identities.size(); ++c.target) {
        for (auto protocol : {values::Protocol::kTcp, values::Protocol::kUdp,
                              values::Protocol::kIcmp}) {
          c.protocol = protocol;
          const values::PortRange ports = values::PortsOf(protocol);
          for (c.port = ports.first;
               c.port <= std::min<uint16_t>(ports.last, 5); ++c.port) {
            if (!Same(ir::Decide(live_a, c), ir::Decide(live_b, c)))
              return true;
          }
        }
      }
    }
  }
  return false;
}

// A small edit that may or may not change a decision.
ir::RuleSet Edited(ir::RuleSet rules, RandomRules& random) {
  const auto count = static_cast<uint32_t>(rules.rules.size());
  const uint32_t at = random.Below(count);
  ir::Rule& rule = rules.rules[at];
  switch (random.Below(6)) {
    case 0:
      rules.rules.erase(rules.rules.begin() + at);
      break;
    case 1:
      rules.rules.insert(rules.rules.begin() + at, rule);
      break;
    case 2:
      if (rule.ports == std::vector<values::PortRange>{{1, 65535}})
        rule.ports = {{1, 2}, {4, 65535}};
      break;
    case 3: {
      ir::IdentitySet fewer = rules.sources(rule);
      if (!fewer.empty()) fewer.pop_back();
      rule.sources = ir::AddSet(rules, fewer);
      break;
    }
    case 4: {
      ir::Identity& identity = rules.identities.back();
      if (!identity.region && rules.identities.size() > 1)
        identity.governed_egress = !identity.governed_egress;
      break;
    }
    case 5:
      if (rule.tls) rule.tls->alpn = {"a"};
      break;
  }
  std::reverse(rules.rules.begin(), rules.rules.end());
  return rules;
}

TEST(EquivalentTest, AgreesWithEnumeration) {
  RandomRules random(99);
  int differing = 0;
  int equal = 0;
  for (int round = 0; round < 3000; ++round) {
    const ir::RuleSet a = random.Make({.rules = 8, .invariants = 0});
    if (a.rules.empty()) continue;
    const ir::RuleSet b = Edited(a, random);
    const std::optional<Disagreement> found = FindDifference(a, b);
    ASSERT_EQ(found.has_value(), DifferSomewhere(a, b)) << round << "\n"
                                                        << ir::Dump(a) << "\n"
                                                        << ir::Dump(b);
    ++(found ? differing : equal);
    if (!found) continue;
    EXPECT_EQ(found->a, ir::Decide(LiveAt(a, found->at), found->connection));
    EXPECT_EQ(found->b, ir::Decide(LiveAt(b, found->at), found->connection));
    EXPECT_FALSE(Same(found->a, found->b));
  }
  EXPECT_GT(differing, 300);
  EXPECT_GT(equal, 300);
}

}  // namespace
}  // namespace pol::analysis
