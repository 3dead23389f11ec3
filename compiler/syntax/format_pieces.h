// A text as its formatter sees it: pieces whose bytes stay as they are, and
// between them blanks, which are the formatter's to choose.
#ifndef POL_COMPILER_SYNTAX_FORMAT_PIECES_H_
#define POL_COMPILER_SYNTAX_FORMAT_PIECES_H_

#include <cstdint>
#include <string_view>
#include <vector>

namespace pol::syntax {

// What a piece is to its neighbours.
enum class Part : uint8_t {
  kNone,  // the start of a line
  kNewline,
  kComment,
  kName,
  kNumber,
  kString,  // a whole one: quoted, raw or a heredoc
  // A string with interpolations in it.
  kTemplateBegin,
  kTemplateText,
  kHole,  // `${`
  kHoleEnd,
  kTemplateEnd,
  kEqual,
  kLeftBrace,
  kRightBrace,
  kLeftBracket,
  kRightBracket,
  kLeftParenthesis,
  kRightParenthesis,
  kComma,
  kColon,
  kDot,
  kEllipsis,
  kArrow,
  kQuestion,
  kBang,
  kMinus,
  kOtherOperator,
};

struct Piece {
  Part part = Part::kNone;
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t blanks = 0;  // before it
};

// 1 for a bracket or interpolation that opens, -1 for one that closes.
constexpr int BracketStep(Part part) {
  switch (part) {
    case Part::kLeftBrace:
    case Part::kLeftBracket:
    case Part::kLeftParenthesis:
    case Part::kHole:
      return 1;
    case Part::kRightBrace:
    case Part::kRightBracket:
    case Part::kRightParenthesis:
    case Part::kHoleEnd:
      return -1;
    default:
      return 0;
  }
}

// The pieces of a text that scans without a diagnostic; `blanks` are 0.
std::vector<Piece> ReadPieces(std::string_view text);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_FORMAT_PIECES_H_
