// The canonical layout of a policy file.
//
// Only blanks within lines change, as HCL's own formatter (hclwrite.Format)
// changes them, but for the differences that docs/language.md lists:
// indentation by open brackets, blanks between neighbours, `=` and comments of
// neighbouring lines below each other. Line ends, comments, strings and
// heredocs stay as they are, and so does the Ast. Formatting twice is
// formatting once; the time is linear in the text that comes in and the text
// that goes out.
#ifndef POL_COMPILER_SYNTAX_FORMAT_H_
#define POL_COMPILER_SYNTAX_FORMAT_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"

namespace pol::syntax {

// The text of a file in canonical layout. Nothing when the file has errors or
// its layout would be larger than kFileLimit, and then `sink`, which hears of
// this file alone, says why.
std::optional<std::string> Format(support::FileId file,
                                  const support::SourceSet& sources,
                                  diag::Sink& sink);

// The same for a text about which Parse() is known to report no error, and
// without a limit.
std::string FormatValid(std::string_view text);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_FORMAT_H_
