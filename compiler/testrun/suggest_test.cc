// Suggested tests, coverage and mutation score belong together: what is
// suggested is what is missing.
#include "compiler/testrun/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "compiler/testrun/sample_policy.h"
#include "compiler/testrun/test_policy.h"

namespace pol::testrun {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Report Everything(const ir::RuleSet& rules) {
  const References references = WorkloadReferences(rules);
  Options options;
  options.suggest = true;
  return TestPolicy(
      rules, Names(rules, references), [](const std::string&) { return true; },
      options);
}

void Append(const Report& report, ir::RuleSet& rules) {
  for (const Suggestion& suggestion : *report.suggestions)
    rules.tests.push_back(suggestion.test);
  std::sort(rules.tests.begin(), rules.tests.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

TEST(SuggestTest, WritesBlocksForASmallPolicy) {
  const Report report = Everything(DatabasePolicy());
  EXPECT_EQ(report.coverage->total.part, 0u);
  EXPECT_EQ(report.mutation->share.part, 0u);
  EXPECT_EQ(report.suggestions->at(0).text,
            R"(test "app may reach pg on tcp 5432 with TLS 1.2" {
  connect {
    from = workload.app
    to   = workload.pg
    port = 5432
    tls  = "1.2"
  }
  expect = "allow"
  by     = policy.db
}
)");
  std::vector<std::string> names;
  for (const Suggestion& suggestion : *report.suggestions)
    names.push_back(suggestion.test.name);
  EXPECT_THAT(names,
              ElementsAre("app may reach pg on tcp 5432 with TLS 1.2",
                          "app may not reach pg on tcp 5431 with TLS 1.2",
                          "app may not reach pg on tcp 5433 with TLS 1.2",
                          "web may not reach pg on tcp 5432 with TLS 1.2",
                          "app may not reach web on tcp 5432 with TLS 1.2",
                          "app may not reach pg on tcp 5432 with TLS 1.1",
                          "app may not reach pg on tcp 5432 in clear text",
                          "pg may not reach app on tcp 443 in clear text"))
      << FileText(*report.suggestions);
}

TEST(SuggestTest, WhatIsSuggestedPassesAndLeavesNothingToDo) {
  RandomPolicy policies(20260414);
  size_t suggested = 0;
  for (int round = 0; round < 150 && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(round);
    ir::RuleSet rules = policies.Make();
    const Report before = Everything(rules);
    suggested += before.suggestions->size();
    Append(before, rules);
    const Report after = Everything(rules);
    EXPECT_EQ(after.run.failed, 0u);
    EXPECT_EQ(after.run.passed, before.suggestions->size());
    EXPECT_EQ(after.coverage->total.whole, before.coverage->total.whole);
    EXPECT_EQ(after.coverage->total.part, after.coverage->total.whole);
    EXPECT_EQ(after.mutation->share.whole, before.mutation->share.whole);
    EXPECT_EQ(after.mutation->equivalent, before.mutation->equivalent);
    EXPECT_THAT(after.mutation->survivors, IsEmpty());
    EXPECT_THAT(*after.suggestions, IsEmpty());
  }
  EXPECT_GT(suggested, 500u);
}

TEST(SuggestTest, NoSuggestedTestCanBeLeftOut) {
  RandomPolicy policies(20260415);
  for (int round = 0; round < 15; ++round) {
    ir::RuleSet rules = policies.Make();
    Append(Everything(rules), rules);
    for (size_t i = 0; i < rules.tests.size(); ++i) {
      ir::RuleSet fewer = rules;
      fewer.tests.erase(fewer.tests.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_FALSE(Everything(fewer).suggestions->empty())
          << rules.tests[i].name;
    }
  }
}

TEST(SuggestTest, OfIcmpThereIsNoPort) {
  ir::RuleSet rules = DatabasePolicy();
  ir::Rule& rule = rules.rules[0];
  rule.tls.reset();
  rule.protocol = values::Protocol::kIcmp;
  rule.ports = {values::PortRange::None()};
  Report report = Everything(rules);
  EXPECT_EQ(report.suggestions->at(0).text,
            R"(test "app may reach pg on icmp" {
  connect {
    from     = workload.app
    to       = workload.pg
    protocol = "icmp"
  }
  expect = "allow"
  by     = policy.db
}
)");
  Append(report, rules);
  report = Everything(rules);
  EXPECT_EQ(report.run.failed, 0u);
  EXPECT_EQ(report.coverage->total.part, report.coverage->total.whole);
  EXPECT_THAT(report.mutation->survivors, IsEmpty());
}

TEST(SuggestTest, NamesAreNotTaken) {
  ir::RuleSet rules = DatabasePolicy();
  rules.tests = {Case("app may reach pg on tcp 5432 with TLS 1.2", 1, 2, 80,
                      ir::Verdict::kDeny)};
  EXPECT_EQ(Everything(rules).suggestions->at(0).test.name,
            "app may reach pg on tcp 5432 with TLS 1.2 (2)");
}

TEST(MutationTest, SurvivorsAreNamedByWhatWasChanged) {
  ir::RuleSet rules = DatabasePolicy();
  Append(Everything(rules), rules);
  std::erase_if(rules.tests,
                [](const ir::ConnectTest& test) { return test.port == 5433; });
  const Report report = Everything(rules);
  ASSERT_EQ(report.mutation->survivors.size(), 1u);
  EXPECT_EQ(report.mutation->survivors[0].mutant.words,
            "port 5432 widened to 5432-5433");
  EXPECT_EQ(report.mutation->survivors[0].mutant.origin.line, 4u);
  EXPECT_EQ(report.suggestions->size(), 1u);
}

TEST(MutationTest, WhoIsNamedAsDecidingIsNoDifference) {
  ir::RuleSet rules = DatabasePolicy();
  ir::Rule twin = rules.rules[0];
  twin.name = "twin";
  rules.rules.push_back(twin);
  ir::ConnectTest test = Case("t", 1, 2, 5432, ir::Verdict::kAllow);
  test.seen.emplace();
  test.by = 0;
  rules.tests = {test};
  const Report report = Everything(rules);
  // Dropping `db` makes `twin` decide and the test fail, but allows the same.
  for (const Survivor& survivor : report.mutation->survivors)
    EXPECT_NE(survivor.mutant.words, "the rule dropped");
  EXPECT_GE(report.mutation->equivalent, 4u);
}

TEST(MutationTest, TriesSomeOfTooMany) {
  const ir::RuleSet rules = DatabasePolicy();
  const References references;
  Options options;
  options.mutation = true;
  options.mutants.limit = 4;
  const Report report = TestPolicy(
      rules, Names(rules, references), [](const std::string&) { return true; },
      options);
  const MutationScore& score = *report.mutation;
  EXPECT_EQ(score.step, (score.all + 3) / 4);
  EXPECT_LE(score.share.whole + score.equivalent, 4u);
}

TEST(CoverageTest, AuditedRulesHaveNoEdges) {
  ir::RuleSet rules = DatabasePolicy();
  rules.rules[0].mode = ir::Mode::kAudit;
  const Report report = Everything(rules);
  EXPECT_TRUE(report.coverage->items[0].audit);
  EXPECT_EQ(report.coverage->items[0].share.whole, 0u);
  EXPECT_EQ(report.mutation->all, 0u);
}

TEST(CoverageTest, OfOnlyTheTestsThatRun) {
  ir::RuleSet rules = DatabasePolicy();
  Append(Everything(rules), rules);
  const References references = WorkloadReferences(rules);
  Options options;
  options.coverage = true;
  const Report report = TestPolicy(
      rules, Names(rules, references),
      [](const std::string& name) { return name.find("5433") != name.npos; },
      options);
  EXPECT_EQ(report.run.results.size(), 1u);
  EXPECT_EQ(report.left_out, rules.tests.size() - 1);
  EXPECT_GT(report.coverage->total.part, 0u);
  EXPECT_LT(report.coverage->total.part, report.coverage->total.whole);
}

}  // namespace
}  // namespace pol::testrun
