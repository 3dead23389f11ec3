// Text to tokens.
//
// By hand and not by an ANTLR lexer: a heredoc ends at a marker that the text
// chooses, strings nest templates that nest strings, and ANTLR's lexer costs
// more than its parser.
#ifndef POL_COMPILER_SYNTAX_SCAN_H_
#define POL_COMPILER_SYNTAX_SCAN_H_

#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {

struct ScanOptions {
  // Comments are tokens too; then all that is between tokens is blanks.
  bool comments = false;
  // Nobody else has reported characters that cannot be seen.
  bool hidden = false;
};

// The tokens of strict UTF-8 text, comments and blanks left out, kNewline for
// every line end outside of strings, kEnd last. Between kTemplateBegin and
// kTemplateEnd stand kTemplateText and, in kInterpolation and
// kInterpolationEnd, tokens of an expression; these four are always balanced. A
// string that is not finished ends with its line, so that the next line is read
// as itself.
std::vector<Token> Scan(support::FileId file, std::string_view text,
                        diag::Sink& sink, ScanOptions options = {});

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_SCAN_H_
