// What the text of strings stands for.
#ifndef POL_COMPILER_SYNTAX_DECODE_H_
#define POL_COMPILER_SYNTAX_DECODE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/dialect.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {

// A file that is being read, and how.
struct Reading {
  support::FileId file;
  std::string_view text;  // of the whole file
  diag::Sink& sink;
  Dialect dialect = Dialect::kPolicy;
};

// The value of a kString, a kRawString (no escapes) or a kHeredoc (`<<-` takes
// away the indentation that its lines share). Nothing, with a diagnostic, when
// an escape is malformed.
std::optional<std::string> DecodeString(const Reading& reading,
                                        const Token& token);

// kQuoted: escapes as in HCL, \n \r \t \" \\ \uNNNN \UNNNNNNNN, $${ and %%{.
// kHeredoc: only the last two.
enum class TextKind { kQuoted, kHeredoc };

// Appends what the bytes [begin, end) stand for. False, with a diagnostic, when
// an escape is malformed.
bool DecodeText(const Reading& reading, TextKind kind, size_t begin, size_t end,
                std::string& out);

// A literal piece of a template, of one line at most in a heredoc, or an
// interpolation.
struct TemplatePiece {
  bool literal = false;
  std::string text;
};

// The lines of a heredoc's text.
void AppendLines(const Reading& reading, size_t begin, size_t end,
                 std::vector<TemplatePiece>& pieces);

// As `~}` and `${~` do: Unicode white space, line ends too.
void TrimLeft(std::string& text);
void TrimRight(std::string& text);

// As `<<-` does, and as HCL does it: of every line that has more than blanks,
// or begins with an interpolation, the blanks that all of them have; a
// character counts one, whatever its width.
void RemoveIndentation(std::vector<TemplatePiece>& pieces);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_DECODE_H_
