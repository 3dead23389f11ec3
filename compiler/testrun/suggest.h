// `test` blocks for the edges that no test exercises and the mutants that no
// test kills.
#ifndef POL_COMPILER_TESTRUN_SUGGEST_H_
#define POL_COMPILER_TESTRUN_SUGGEST_H_

#include <string>
#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/coverage.h"
#include "compiler/testrun/mutation.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/search.h"

namespace pol::testrun {

struct Suggestion {
  ir::ConnectTest test;
  std::string
      text;  // its block, as `polc fmt` lays it out; ends with a newline
};

// Few tests that together do all that is left to do, by rule of what they
// decide: the one that does most comes next, and in the end none can be left
// out. Each expects what ir::Decide() says of it, and who says it. Names are
// not those of other tests.
std::vector<Suggestion> Suggest(const Coverage& coverage,
                                const MutationScore& score, const Names& names,
                                Search& search);

// All blocks as the text of a file, one empty line between two.
std::string FileText(const std::vector<Suggestion>& suggestions);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_SUGGEST_H_
