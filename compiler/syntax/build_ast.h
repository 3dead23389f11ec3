// Parse tree to Ast.
#ifndef POL_COMPILER_SYNTAX_BUILD_AST_H_
#define POL_COMPILER_SYNTAX_BUILD_AST_H_

#include "compiler/syntax/ast.h"
#include "compiler/syntax/decode.h"
#include "compiler/syntax/tree.h"

namespace pol::syntax {

// The body of a file. A broken item becomes an attribute without a value, or a
// block with what was understood of it.
Body BuildBody(const Reading& reading, const Tree& tree);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_BUILD_AST_H_
