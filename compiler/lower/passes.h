// The passes of lowering. Each reads the Model and adds its part to the
// RuleSet.
#ifndef POL_COMPILER_LOWER_PASSES_H_
#define POL_COMPILER_LOWER_PASSES_H_

#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"

namespace pol::lower {

// Position in Model::identities -> number in RuleSet::identities.
using Numbering = std::vector<ir::IdentityNumber>;

ir::Origin OriginOf(const support::SourceSet& sources, support::Span span);

// Numbers the identities by SPIFFE ID behind the unknown one; marks what is
// governed; adds workloads and addresses.
Numbering AddIdentities(const sema::Model& model,
                        const support::SourceSet& sources, ir::RuleSet& rules);

// Adds one rule a policy, with ports merged.
void AddRules(const sema::Model& model, const support::SourceSet& sources,
              const Numbering& numbering, ir::RuleSet& rules);

// Adds files and file-context rules.
void AddFiles(const sema::Model& model, const support::SourceSet& sources,
              ir::RuleSet& rules);

}  // namespace pol::lower

#endif  // POL_COMPILER_LOWER_PASSES_H_
