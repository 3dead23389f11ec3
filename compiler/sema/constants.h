// The values of variables, locals and outputs, in an order in which each has
// what it needs.
#ifndef POL_COMPILER_SEMA_CONSTANTS_H_
#define POL_COMPILER_SEMA_CONSTANTS_H_

#include <deque>

#include "compiler/eval/budget.h"
#include "compiler/sema/names.h"
#include "compiler/sema/scope.h"

namespace pol::sema {

// Gives variables their inputs, finds constants and functions that lead back to
// themselves (the way round is shown), and fills in Node::value of the others:
// a variable's converted to its type and validated. `scopes` has one for each
// instance.
void EvaluateConstants(Names& names, std::deque<Scope>& scopes,
                       eval::Budget& budget);

// Warns about variables, locals, functions, identities and identity sets that
// nothing mentions, in sources that are called at all.
void ReportUnused(Names& names);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_CONSTANTS_H_
