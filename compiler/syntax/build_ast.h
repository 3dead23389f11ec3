// Parse tree to Ast.
#ifndef POL_COMPILER_SYNTAX_BUILD_AST_H_
#define POL_COMPILER_SYNTAX_BUILD_AST_H_

#include <string_view>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/tree.h"

namespace pol::syntax {

// The body of a file. Reports what the grammar lets through: bad escapes and
// numbers, and expressions that edition 1 does not evaluate (one report for
// each, then Invalid). A broken item becomes an attribute without a value, or a
// block with what was understood of it.
Body BuildBody(support::FileId file, std::string_view text, const Tree& tree,
               diag::Sink& sink);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_BUILD_AST_H_
