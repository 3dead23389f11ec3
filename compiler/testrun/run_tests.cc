#include "compiler/testrun/run_tests.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/ir/dump.h"
#include "compiler/testrun/path_label.h"

namespace pol::testrun {
namespace {

using diag::Cat;

// "h2 or http/1.1".
std::string AnyOf(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

std::string UnmetText(const ir::Decision& decision, const ir::Unmet& unmet,
                      const std::optional<ir::SeenTls>& seen) {
  if (!unmet.list) {
    return Cat(
        "it asks for TLS ", values::ToString(*decision.min_tls),
        " or later and gets ",
        seen ? Cat("TLS ", values::ToString(seen->version)) : "clear text");
  }
  const std::vector<std::string>& asked = decision.names(*unmet.list)->names;
  if (asked.empty()) {
    return Cat("rules do not agree on the ", ir::ToString(*unmet.list));
  }
  const std::string& name = SeenName(*seen, *unmet.list);
  return Cat("it asks for the ", ir::ToString(*unmet.list), " ", AnyOf(asked),
             " and gets ", name.empty() ? "none" : name);
}

// The end that makes a connection governed.
ir::IdentityNumber GovernedEnd(const ir::RuleSet& rules,
                               const ir::Connection& connection) {
  return rules.identities[connection.target].governed_ingress
             ? connection.target
             : connection.source;
}

void Explain(const ir::RuleSet& rules, const Search& search, const Names& names,
             const Setting& setting, TestResult& result) {
  const Outcome& outcome = setting.outcome;
  const ir::Connection& connection = setting.trial.connection;
  result.got.verdict = Word(outcome.verdict);
  if (outcome.rule) {
    const ir::Rule& rule = rules.rules[*outcome.rule];
    result.got.by = rule.name;
    result.got.origin = outcome.unmet ? rule.tls_origin : rule.origin;
  } else if (outcome.verdict == ir::Verdict::kDeny) {
    const ir::IdentityNumber end = GovernedEnd(rules, connection);
    result.got.default_deny = true;
    result.got.origin = rules.identities[end].origin;
    result.reason = Cat(names.Long(end), " is governed and no rule matches");
  } else {
    result.reason = "neither end is governed in this direction";
  }
  if (outcome.unmet) {
    const ir::Decision decision = search.Decide(connection);
    result.reason = UnmetText(decision, *outcome.unmet, setting.trial.seen);
  }
}

TestResult RunConnectTest(const ir::RuleSet& rules, const Search& search,
                          const Names& names, size_t number) {
  const ir::ConnectTest& test = rules.tests[number];
  const Setting setting = search.Place(TrialOf(test));
  TestResult result;
  result.name = test.name;
  result.origin = test.origin;
  result.connect = number;
  result.subject = names.Text(setting.trial);
  result.expected.verdict = Word(test.expect);
  if (test.by) {
    result.expected.by = rules.rules[*test.by].name;
    result.expected.origin = rules.rules[*test.by].origin;
  }
  result.passed = Passes(test, setting.outcome);
  Explain(rules, search, names, setting, result);
  return result;
}

TestResult RunPathTest(const PathLabels& labels, const ir::PathTest& test) {
  const PathLabel label = labels.Of(test.path, test.kind);
  TestResult result;
  result.name = test.name;
  result.origin = test.origin;
  result.subject = Cat(values::ToString(test.kind), " ", test.path);
  result.expected.verdict = test.expect;
  result.got.verdict = label.label.empty() ? "no label" : label.label;
  result.got.origin = label.origin;
  result.passed = label.label == test.expect;
  result.reason = label.reason;
  return result;
}

}  // namespace

Trial TrialOf(const ir::ConnectTest& test) {
  return {{test.source, test.target, test.protocol, test.port}, test.seen};
}

bool Passes(const ir::ConnectTest& test, const Outcome& outcome) {
  return outcome.verdict == test.expect &&
         (!test.by || outcome.rule == test.by);
}

TestRun RunTests(const ir::RuleSet& rules, const Search& search,
                 const Names& names,
                 absl::FunctionRef<bool(const std::string&)> wanted) {
  TestRun run;
  for (size_t i = 0; i < rules.tests.size(); ++i) {
    if (wanted(rules.tests[i].name))
      run.results.push_back(RunConnectTest(rules, search, names, i));
  }
  const PathLabels labels(rules);
  for (const ir::PathTest& test : rules.path_tests) {
    if (wanted(test.name)) run.results.push_back(RunPathTest(labels, test));
  }
  std::sort(run.results.begin(), run.results.end(),
            [](const TestResult& a, const TestResult& b) {
              return std::tie(a.origin.file, a.origin.line, a.name) <
                     std::tie(b.origin.file, b.origin.line, b.name);
            });
  run.passed = static_cast<size_t>(
      std::count_if(run.results.begin(), run.results.end(),
                    [](const TestResult& result) { return result.passed; }));
  run.failed = run.results.size() - run.passed;
  return run;
}

}  // namespace pol::testrun
