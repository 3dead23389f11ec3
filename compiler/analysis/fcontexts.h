// What is wrong with the file-context rules of a policy taken together: rules
// that can never win, pairs whose order only their spelling decides, labels of
// `file` blocks that an `fcontext` contradicts, and expressions that no path
// can match.
//
// The findings are exact, each with a path that shows it. A rule of which it is
// unknown what it matches is named; it makes no other one found.
#ifndef POL_COMPILER_ANALYSIS_FCONTEXTS_H_
#define POL_COMPILER_ANALYSIS_FCONTEXTS_H_

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

// Needs: origins with spans. Reports kFcontextNeverWins, kFcontextOrder,
// kFileDisagrees, kFcontextNoPath, kFcontextReleases, kFcontextNoExpression,
// kFcontextNone, kFcontextUnproven.
void CheckFcontexts(const ir::RuleSet& rules, diag::Sink& sink);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_FCONTEXTS_H_
