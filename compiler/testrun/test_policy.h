// All that `polc test` finds out about a policy.
#ifndef POL_COMPILER_TESTRUN_TEST_POLICY_H_
#define POL_COMPILER_TESTRUN_TEST_POLICY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/coverage.h"
#include "compiler/testrun/mutation.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/run_tests.h"
#include "compiler/testrun/suggest.h"

namespace pol::testrun {

struct Options {
  bool coverage = false;
  bool mutation = false;
  bool suggest = false;  // needs the other two and brings them
  MutationOptions mutants;
};

struct Report {
  TestRun run;
  size_t left_out = 0;  // tests that were not wanted
  std::optional<Coverage> coverage;
  std::optional<MutationScore> mutation;
  std::optional<std::vector<Suggestion>> suggestions;
};

// Coverage and score are those of the tests whose names `wanted` accepts. The
// same policy gives the same report.
Report TestPolicy(const ir::RuleSet& rules, const Names& names,
                  absl::FunctionRef<bool(const std::string&)> wanted,
                  const Options& options);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_TEST_POLICY_H_
