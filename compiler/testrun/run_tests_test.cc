#include "compiler/testrun/run_tests.h"

#include <gtest/gtest.h>

#include "compiler/testrun/render.h"
#include "compiler/testrun/sample_policy.h"

namespace pol::testrun {
namespace {

using ir::Verdict;

class RunTestsTest : public ::testing::Test {
 protected:
  TestRun Run(const std::string& only = "") {
    const Search search(rules_);
    const References references = WorkloadReferences(rules_);
    return RunTests(rules_, search, Names(rules_, references),
                    [&only](const std::string& name) {
                      return only.empty() || name == only;
                    });
  }

  TestResult One(const ir::ConnectTest& test) {
    rules_.tests = {test};
    return Run().results.at(0);
  }

  ir::RuleSet rules_ = DatabasePolicy();
};

TEST_F(RunTestsTest, PassesWhenVerdictAndRuleAreRight) {
  ir::ConnectTest test = Case("t", 1, 2, 5432, Verdict::kAllow);
  test.seen.emplace();
  test.by = 0;
  const TestResult result = One(test);
  EXPECT_TRUE(result.passed);
  EXPECT_EQ(result.subject, "workload.app -> workload.pg tcp/5432, TLS 1.3");
  EXPECT_EQ(AnswerText(result.got), "allow by policy db (db.pol:1)");
}

TEST_F(RunTestsTest, NamesTheRequirementThatIsNotMet) {
  const TestResult result = One(Case("t", 1, 2, 5432, Verdict::kAllow));
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(AnswerText(result.expected), "allow");
  EXPECT_EQ(AnswerText(result.got), "deny by policy db (db.pol:5)");
  EXPECT_EQ(result.reason, "it asks for TLS 1.2 or later and gets clear text");
}

TEST_F(RunTestsTest, NamesTheListThatIsNotMet) {
  rules_.rules[0].tls->alpn = {"h2", "postgresql"};
  ir::ConnectTest test = Case("t", 1, 2, 5432, Verdict::kAllow);
  test.seen.emplace();
  EXPECT_EQ(One(test).reason,
            "it asks for the ALPN protocol h2 or postgresql and gets none");
  test.seen->alpn = "imap";
  EXPECT_EQ(One(test).reason,
            "it asks for the ALPN protocol h2 or postgresql and gets imap");
  test.seen->alpn = "h2";
  EXPECT_TRUE(One(test).passed);
}

TEST_F(RunTestsTest, SaysWhoIsGovernedWhenTheDefaultDenies) {
  const TestResult result = One(Case("t", 1, 2, 80, Verdict::kAllow));
  EXPECT_EQ(AnswerText(result.got), "deny by default (db.pol:22)");
  EXPECT_EQ(result.reason, "workload.pg is governed and no rule matches");
  const TestResult out = One(Case("t", 1, 0, 80, Verdict::kAllow));
  EXPECT_EQ(out.reason, "workload.app is governed and no rule matches");
}

TEST_F(RunTestsTest, FailsWhenAnotherRuleDecides) {
  ir::Rule other = rules_.rules[0];
  other.name = "zz";
  rules_.rules.push_back(other);
  ir::ConnectTest test = Case("t", 1, 2, 5432, Verdict::kAllow);
  test.seen.emplace();
  test.by = 1;
  const TestResult result = One(test);
  EXPECT_FALSE(result.passed);
  EXPECT_EQ(AnswerText(result.expected), "allow by policy zz (db.pol:1)");
  test.by = 0;
  EXPECT_TRUE(One(test).passed);
}

TEST_F(RunTestsTest, FailsWhenADefaultDecidesInPlaceOfTheRule) {
  ir::ConnectTest test = Case("t", 3, 2, 5432, Verdict::kDeny);
  EXPECT_TRUE(One(test).passed);
  test.by = 0;
  EXPECT_FALSE(One(test).passed);
}

TEST_F(RunTestsTest, UnmanagedIsAVerdict) {
  const TestResult result = One(Case("t", 0, 0, 80, Verdict::kLeftAlone));
  EXPECT_TRUE(result.passed);
  EXPECT_EQ(result.reason, "neither end is governed in this direction");
}

TEST_F(RunTestsTest, SortsByPlaceAndCounts) {
  rules_.tests = {Case("a", 1, 2, 80, Verdict::kDeny),
                  Case("b", 1, 2, 80, Verdict::kAllow),
                  Case("c", 1, 2, 80, Verdict::kDeny)};
  rules_.tests[0].origin = {"z.pol", 1, {}};
  rules_.tests[1].origin = {"a.pol", 9, {}};
  rules_.tests[2].origin = {"a.pol", 2, {}};
  const TestRun run = Run();
  ASSERT_EQ(run.results.size(), 3u);
  EXPECT_EQ(run.results[0].name, "c");
  EXPECT_EQ(run.results[1].name, "b");
  EXPECT_EQ(run.results[2].name, "a");
  EXPECT_EQ(run.passed, 2u);
  EXPECT_EQ(run.failed, 1u);
  EXPECT_EQ(Run("b").results.size(), 1u);
}

TEST_F(RunTestsTest, ReadsTheLabelsOfPaths) {
  ir::File file;
  file.path = "/usr/bin/api";
  file.context =
      *values::FileContext::Parse("system_u:object_r:httpd_exec_t:s0");
  file.origin = {"f.pol", 3, {}};
  rules_.files = {file};
  ir::PathTest test;
  test.name = "label";
  test.path = "/usr/bin/api";
  test.expect = "system_u:object_r:httpd_exec_t:s0";
  rules_.path_tests = {test};
  EXPECT_TRUE(Run().results.at(0).passed);
  rules_.path_tests[0].expect = "<<none>>";
  const TestResult wrong = Run().results.at(0);
  EXPECT_FALSE(wrong.passed);
  EXPECT_EQ(AnswerText(wrong.got),
            "system_u:object_r:httpd_exec_t:s0 (f.pol:3)");
  rules_.path_tests[0].path = "/usr/bin/other";
  EXPECT_EQ(Run().results.at(0).reason,
            "no file or fcontext block matches the path");
}

}  // namespace
}  // namespace pol::testrun
