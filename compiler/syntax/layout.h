// Tokens as they were scanned to tokens a parser can rely on.
//
//   before: whatever the author wrote
//   after:  brackets are balanced; a line end is there only where it separates
//           (in bodies and objects, one at a time, never first); the comma
//           behind the last element of a list, object or call is gone; the
//           words of a for expression are no names; every token knows its
//           depth; the text ends with a line end.
//
// An opening bracket that is never closed is reported where it stands, and
// closed where the next line begins with something that cannot stand inside it.
// If the file as a whole does not add up, indentation says which brace it was:
// a line that begins at or left of the line which opened a brace, is not in it.
#ifndef POL_COMPILER_SYNTAX_LAYOUT_H_
#define POL_COMPILER_SYNTAX_LAYOUT_H_

#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {

// `tokens` is what Scan() gave for `text`. Nothing but kEnd when brackets nest
// deeper than kNestingLimit: a recursive parser must not see those.
std::vector<Token> LayOut(support::FileId file, std::string_view text,
                          const std::vector<Token>& tokens, diag::Sink& sink);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_LAYOUT_H_
