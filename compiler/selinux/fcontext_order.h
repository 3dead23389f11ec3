// The order in which rules for expressions have to stand, so that the narrower
// one wins.
#ifndef POL_COMPILER_SELINUX_FCONTEXT_ORDER_H_
#define POL_COMPILER_SELINUX_FCONTEXT_ORDER_H_

#include <vector>

#include "compiler/selinux/fcontext_rules.h"

namespace pol::selinux {

// A rule comes behind every rule for some file kind of its own whose paths are
// proven to include all of its paths and more. Apart from that, rules are
// sorted by the length of their literal start, then by text and kind, so that a
// rule for one kind comes behind the same rule for any.
std::vector<FcontextRule> WidestFirst(std::vector<FcontextRule> rules);

}  // namespace pol::selinux

#endif  // POL_COMPILER_SELINUX_FCONTEXT_ORDER_H_
