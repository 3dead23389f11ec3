// Which trials could have to do with a rule: a scan that spares many.
#ifndef POL_COMPILER_TESTRUN_NEAR_H_
#define POL_COMPILER_TESTRUN_NEAR_H_

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "compiler/ir/rule_set.h"
#include "compiler/testrun/search.h"

namespace pol::testrun {

// Positions of the settings in which a change of the rule may show, ascending:
// same protocol, and of source, target and port (or a port next to it) at most
// one is not the rule's.
std::vector<size_t> Near(const ir::RuleSet& rules, size_t rule,
                         absl::Span<const Setting> settings);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_NEAR_H_
