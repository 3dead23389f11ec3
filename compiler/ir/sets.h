// How a RuleSet's table of identity sets is filled: add while building, then
// sort once.
#ifndef POL_COMPILER_IR_SETS_H_
#define POL_COMPILER_IR_SETS_H_

#include "compiler/ir/rule_set.h"

namespace pol::ir {

// Appends a set, in any order and with duplicates, and gives its number for the
// time until SortSets().
SetNumber AddSet(RuleSet& rules, IdentitySet members);

// Leaves each set that a rule or an invariant refers to once, in ascending
// order, and renumbers what refers to them.
void SortSets(RuleSet& rules);

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_SETS_H_
