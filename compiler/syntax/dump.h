// An Ast as text: what was read, in a form that is the same for every layout.
#ifndef POL_COMPILER_SYNTAX_DUMP_H_
#define POL_COMPILER_SYNTAX_DUMP_H_

#include <string>

#include "compiler/syntax/ast.h"

namespace pol::syntax {

// One line an attribute or block header; two blanks a level. Strings are
// quoted and escaped, broken values are "<invalid>". Operators have all
// parentheses that they could have; a splat is "splat(base, each)", one for
// attributes "attributes(base, each)", with "_" for the element.
std::string Dump(const Ast& ast);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_DUMP_H_
