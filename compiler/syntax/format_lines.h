// Lines of pieces: how far each is indented, and what stands below what.
#ifndef POL_COMPILER_SYNTAX_FORMAT_LINES_H_
#define POL_COMPILER_SYNTAX_FORMAT_LINES_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/syntax/format_pieces.h"

namespace pol::syntax {

// Positions in the pieces of a text; each cell ends where the next begins. A
// line goes from one kNewline to the next: what a heredoc or a comment holds is
// part of one line.
struct Line {
  uint32_t lead = 0;
  uint32_t assign = 0;   // from an `=` whose value ends on this line
  uint32_t comment = 0;  // one at the end, behind something else
  uint32_t end = 0;      // the kNewline, or the end of the pieces

  bool IsEmpty() const { return lead == end; }
  bool Assigns() const { return assign != comment; }
  bool HasComment() const { return comment != end; }
};

std::vector<Line> SplitLines(std::string_view text,
                             const std::vector<Piece>& pieces);

// Sets `blanks` of the first piece of each line. A line that opens brackets
// moves the following ones in by one step, however many it opens, until as many
// are closed.
void IndentLines(const std::vector<Line>& lines, std::vector<Piece>& pieces);

// Sets `blanks` of the first piece of the cells `assign` and `comment`, so that
// those of neighbouring lines begin in one column. Indentation and spacing are
// done.
void AlignCells(std::string_view text, const std::vector<Line>& lines,
                std::vector<Piece>& pieces);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_FORMAT_LINES_H_
