// How many small mistakes in the rules the tests would notice.
#ifndef POL_COMPILER_TESTRUN_MUTATION_H_
#define POL_COMPILER_TESTRUN_MUTATION_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/coverage.h"
#include "compiler/testrun/mutants.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/search.h"
#include "compiler/testrun/trial.h"

namespace pol::testrun {

struct Survivor {
  Mutant mutant;
  Trial trial;  // that would kill it
};

struct MutationScore {
  // Of the mutants that decide some connection otherwise, those that change
  // what some test comes to.
  Share share;
  size_t equivalent = 0;            // mutants that change nothing, not counted
  std::vector<Survivor> survivors;  // by rule
  // Of very large policies only each `step`th mutant is tried.
  size_t step = 1;
  size_t all = 0;        // mutants there are
  bool sampled = false;  // large sets are not looked at member by member
};

struct MutationOptions {
  size_t limit = 20000;  // so many mutants are tried
};

// `tests[i]` is tried at `settings[i]`.
MutationScore MeasureMutation(const Units& units, const Names& names,
                              absl::Span<const ir::ConnectTest* const> tests,
                              absl::Span<const Setting> settings,
                              Search& search, const MutationOptions& options);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_MUTATION_H_
