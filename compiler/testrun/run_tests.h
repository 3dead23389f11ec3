// The `test` blocks of a policy, each decided by ir::Decide(), or by the
// policy's own labels where it is about a path.
#ifndef POL_COMPILER_TESTRUN_RUN_TESTS_H_
#define POL_COMPILER_TESTRUN_RUN_TESTS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/search.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {

Trial TrialOf(const ir::ConnectTest& test);

// Whether a test is content with what comes out.
bool Passes(const ir::ConnectTest& test, const Outcome& outcome);

// What a test wants or gets.
struct Answer {
  std::string verdict;        // "allow", "deny", "unmanaged", or a label
  std::string by;             // the rule that decides; may be empty
  bool default_deny = false;  // no rule does, and something is governed
  ir::Origin origin;          // of what decides
};

struct TestResult {
  std::string name;
  ir::Origin origin;
  bool passed = false;
  std::string subject;  // the connection or the path, in words
  Answer expected;
  Answer got;
  // Why it came out so, in words; empty when there is nothing to say.
  std::string reason;
  std::optional<size_t> connect;  // position in RuleSet::tests
};

struct TestRun {
  std::vector<TestResult> results;  // by file, line and name
  size_t passed = 0;
  size_t failed = 0;
};

// Runs the tests whose names `wanted` accepts. `search` is one of `rules`.
TestRun RunTests(const ir::RuleSet& rules, const Search& search,
                 const Names& names,
                 absl::FunctionRef<bool(const std::string&)> wanted);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_RUN_TESTS_H_
