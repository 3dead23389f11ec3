// Parts of an Ast, and what was said about them, at another place of another
// text.
#ifndef POL_COMPILER_SYNTAX_MOVE_H_
#define POL_COMPILER_SYNTAX_MOVE_H_

#include <cstdint>
#include <string_view>

#include "compiler/diag/diagnostic.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::syntax {

// Byte x of `from` is byte x + delta of `to`, the text of `file`.
struct Move {
  std::string_view from;
  std::string_view to;
  support::FileId file = 0;
  int64_t delta = 0;
};

void Apply(const Move& move, Block& block);
void Apply(const Move& move, Attribute& attribute);
void Apply(const Move& move, diag::Diagnostic& diagnostic);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_MOVE_H_
