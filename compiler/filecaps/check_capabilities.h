// What the capabilities of `file` blocks ask for and an execve(2) will not give
// (capabilities(7)), as far as their text alone says it.
#ifndef POL_COMPILER_FILECAPS_CHECK_CAPABILITIES_H_
#define POL_COMPILER_FILECAPS_CHECK_CAPABILITIES_H_

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"

namespace pol::filecaps {

// Needs: origins with spans. Reports kUnknownCapability, kEffectiveOnly,
// kInheritableOnly, kNotEffective.
void CheckCapabilities(const ir::RuleSet& rules, diag::Sink& sink);

}  // namespace pol::filecaps

#endif  // POL_COMPILER_FILECAPS_CHECK_CAPABILITIES_H_
