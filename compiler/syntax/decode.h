// What a string token stands for.
#ifndef POL_COMPILER_SYNTAX_DECODE_H_
#define POL_COMPILER_SYNTAX_DECODE_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {

// The value of a kString (escapes as in HCL: \n \r \t \" \\ \uNNNN \UNNNNNNNN,
// $${ and %%{), a kRawString (no escapes) or a kHeredoc (no backslash escapes;
// `<<-` takes away the indentation that all its lines share, lines of blanks
// not counted). `text` is the whole file. Nothing, with a diagnostic, when an
// escape is malformed or a template is used.
std::optional<std::string> DecodeString(support::FileId file,
                                        std::string_view text,
                                        const Token& token, diag::Sink& sink);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_DECODE_H_
