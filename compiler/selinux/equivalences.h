// The equivalences of a policy: folders that are labelled as others are.
#ifndef POL_COMPILER_SELINUX_EQUIVALENCES_H_
#define POL_COMPILER_SELINUX_EQUIVALENCES_H_

#include <string>
#include <string_view>

#include "compiler/filecontexts/substitutions.h"
#include "compiler/ir/rule_set.h"

namespace pol::selinux {

// As lines of file_contexts.subs: a folder before what is below it, so that the
// nearest one is applied to a path.
filecontexts::Substitutions Equivalences(const ir::RuleSet& rules);

// The equivalence that is applied to `path`; null when none is.
const ir::SelinuxEquivalence* EquivalenceOf(const ir::RuleSet& rules,
                                            std::string_view path);

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_EQUIVALENCES_H_
