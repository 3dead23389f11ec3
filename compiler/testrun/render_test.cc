#include "compiler/testrun/render.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "compiler/testrun/sample_policy.h"

namespace pol::testrun {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RenderTest : public ::testing::Test {
 protected:
  RenderTest() {
    rules_.tests = {Case("a <good> one", 1, 2, 80, ir::Verdict::kDeny),
                    Case("wrong & \"bad\"", 1, 2, 5432, ir::Verdict::kAllow)};
    rules_.tests[0].origin = {"t.pol", 1, {}};
    rules_.tests[1].origin = {"t.pol", 7, {}};
  }

  Report Run(const Options& options) {
    return TestPolicy(
        rules_, names_, [](const std::string&) { return true; }, options);
  }

  ir::RuleSet rules_ = DatabasePolicy();
  References references_ = WorkloadReferences(rules_);
  Names names_{rules_, references_};
};

TEST_F(RenderTest, TextIsALineATestAndMoreWhereItFails) {
  EXPECT_EQ(RenderText(rules_, names_, Run({}), false),
            R"(ok    a <good> one
FAIL  wrong & "bad" (t.pol:7)
      workload.app -> workload.pg tcp/5432, clear text
      expected allow
      got deny by policy db (db.pol:5)
      it asks for TLS 1.2 or later and gets clear text
2 tests: 1 passed, 1 failed
)");
}

TEST_F(RenderTest, TextHasNothingThatCouldChangeATerminal) {
  rules_.tests[0].name = "red \x1b[31m and \xE2\x80\xAE turned";
  const std::string text = RenderText(rules_, names_, Run({}), false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("<U+202E>"));
  EXPECT_THAT(RenderText(rules_, names_, Run({}), true), HasSubstr("\x1b[32m"));
}

TEST_F(RenderTest, TextSaysWhatIsMissing) {
  Options options;
  options.coverage = options.mutation = true;
  const std::string text = RenderText(rules_, names_, Run(options), false);
  EXPECT_THAT(
      text,
      HasSubstr("    never tried: port 5433, just above 5432 (db.pol:4)\n"));
  EXPECT_THAT(text, HasSubstr("  default deny of workload.pg (db.pol:22): "));
  EXPECT_THAT(
      text,
      HasSubstr("  survives: policy db (db.pol:2), source workload.web added"));
}

TEST_F(RenderTest, TextSaysThatThereAreNoTests) {
  rules_.tests.clear();
  EXPECT_EQ(RenderText(rules_, names_, Run({}), false), "no tests\n");
}

TEST_F(RenderTest, JsonHoldsTheSame) {
  Options options;
  options.suggest = true;
  const Report report = Run(options);
  const auto json = nlohmann::json::parse(RenderJson(rules_, names_, report));
  EXPECT_EQ(json["format_version"], "1.0");
  EXPECT_EQ(json["passed"], 1);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["tests"][0]["got"]["default_deny"], true);
  EXPECT_EQ(json["tests"][1]["got"]["by"], "db");
  EXPECT_EQ(json["tests"][1]["got"]["line"], 5);
  EXPECT_EQ(json["coverage"]["edges"], report.coverage->total.whole);
  EXPECT_EQ(json["mutation"]["survivors"].size(),
            report.mutation->survivors.size());
  EXPECT_EQ(json["suggestions"].size(), report.suggestions->size());
}

TEST_F(RenderTest, JunitIsWhatBuildServersRead) {
  EXPECT_EQ(RenderJunit(Run({})),
            R"xml(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="polc test" tests="2" failures="1" errors="0" skipped="0" time="0">
  <testsuite name="t.pol" tests="2" failures="1" errors="0" skipped="0" time="0">
    <testcase classname="t.pol" name="a &lt;good&gt; one" file="t.pol" line="1" time="0"/>
    <testcase classname="t.pol" name="wrong &amp; &quot;bad&quot;" file="t.pol" line="7" time="0">
      <failure message="expected allow, got deny by policy db (db.pol:5)" type="expectation">workload.app -&gt; workload.pg tcp/5432, clear text
expected allow
got deny by policy db (db.pol:5)
it asks for TLS 1.2 or later and gets clear text</failure>
    </testcase>
  </testsuite>
</testsuites>
)xml");
}

TEST_F(RenderTest, JunitHasNoCharacterThatXmlForbids) {
  rules_.tests[0].name = "a\x01\xFFz\nü";
  EXPECT_THAT(RenderJunit(Run({})),
              HasSubstr("name=\"a\xEF\xBF\xBD\xEF\xBF\xBDz&#10;ü\""));
}

}  // namespace
}  // namespace pol::testrun
