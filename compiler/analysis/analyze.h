// What a whole policy says, as diagnostics: the findings of findings.h with the
// lines that belong to them and a connection that shows each.
#ifndef POL_COMPILER_ANALYSIS_ANALYZE_H_
#define POL_COMPILER_ANALYSIS_ANALYZE_H_

#include <cstdint>

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

// Needs: a RuleSet that Verify() accepts, its origins with spans. `today`, in
// Unix seconds, says which waivers still hold. A waiver that holds keeps what
// it names out of the sink; one that has ended or silences nothing is reported.
void Analyze(const ir::RuleSet& rules, int64_t today, diag::Sink& sink);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_ANALYZE_H_
