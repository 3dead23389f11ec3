// Which tokens open and close, and which can end a value.
#ifndef POL_COMPILER_SYNTAX_BRACKETS_H_
#define POL_COMPILER_SYNTAX_BRACKETS_H_

#include "compiler/syntax/token.h"

namespace pol::syntax {

// What closes a bracket; an interpolation is one.
TokenKind Closer(TokenKind open);
bool Opens(TokenKind kind);
bool Closes(TokenKind kind);

// Whether a value can end with it. What comes next is then no value: a bracket
// is an index, a word like `if` is no name.
bool EndsValue(TokenKind kind);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_BRACKETS_H_
