#include "compiler/testrun/test_policy.h"

#include "compiler/testrun/search.h"
#include "compiler/testrun/units.h"

namespace pol::testrun {

Report TestPolicy(const ir::RuleSet& rules, const Names& names,
                  absl::FunctionRef<bool(const std::string&)> wanted,
                  const Options& options) {
  Search search(rules);
  Report report;
  report.run = RunTests(rules, search, names, wanted);
  report.left_out =
      rules.tests.size() + rules.path_tests.size() - report.run.results.size();
  const bool coverage = options.coverage || options.suggest;
  const bool mutation = options.mutation || options.suggest;
  if (!coverage && !mutation) return report;

  const Units units(rules, search.classes());
  std::vector<const ir::ConnectTest*> tests;
  std::vector<Setting> settings;
  for (const TestResult& result : report.run.results) {
    if (!result.connect) continue;
    tests.push_back(&rules.tests[*result.connect]);
    settings.push_back(search.Place(TrialOf(*tests.back())));
  }
  if (coverage)
    report.coverage = MeasureCoverage(units, names, settings, search);
  if (mutation) {
    report.mutation =
        MeasureMutation(units, names, tests, settings, search, options.mutants);
  }
  if (options.suggest) {
    report.suggestions =
        Suggest(*report.coverage, *report.mutation, names, search);
  }
  return report;
}

}  // namespace pol::testrun
