#include "compiler/ir/sets.h"

#include <gtest/gtest.h>

namespace pol::ir {
namespace {

TEST(SetsTest, AreSortedAndStandOnceAndUnusedOnesGo) {
  RuleSet rules;
  Rule rule;
  rule.sources = AddSet(rules, {3, 1, 3});
  rule.targets = AddSet(rules, {2});
  AddSet(rules, {9});
  Rule other;
  other.sources = AddSet(rules, {1, 3});
  other.targets = AddSet(rules, {});
  rules.rules = {rule, other};
  Invariant invariant;
  invariant.sources = AddSet(rules, {0});
  invariant.targets = AddSet(rules, {2});
  rules.invariants = {invariant};
  SortSets(rules);
  EXPECT_EQ(rules.sets, (std::vector<IdentitySet>{{}, {0}, {1, 3}, {2}}));
  EXPECT_EQ(rules.sources(rules.rules[0]), (IdentitySet{1, 3}));
  EXPECT_EQ(rules.targets(rules.rules[0]), (IdentitySet{2}));
  EXPECT_EQ(rules.rules[1].sources, rules.rules[0].sources);
  EXPECT_EQ(rules.rules[1].targets, 0u);
  EXPECT_EQ(rules.invariants[0].sources, 1u);
  EXPECT_EQ(rules.invariants[0].targets, 3u);
}

}  // namespace
}  // namespace pol::ir
