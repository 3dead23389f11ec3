#include "compiler/syntax/format_spacing.h"

#include <array>
#include <cstddef>

namespace pol::syntax {
namespace {

constexpr size_t kParts = static_cast<size_t>(Part::kOtherOperator) + 1;

enum class Rule : uint8_t {
  kJoin,
  kBlank,
  kByContext,  // what stands before the two matters
};

constexpr bool JoinsAsTemplate(Part left, Part right) {
  // Bytes in a string are not the formatter's.
  return left == Part::kTemplateBegin || left == Part::kTemplateText ||
         right == Part::kTemplateText || right == Part::kTemplateEnd ||
         (left == Part::kHoleEnd && right == Part::kHole);
}

constexpr Rule BeforeBracket(Part left) {
  if (left == Part::kName || left == Part::kNumber) return Rule::kByContext;
  if (BracketStep(left) < 0) return Rule::kJoin;  // an index
  return BracketStep(left) > 0 && left != Part::kLeftBrace ? Rule::kJoin
                                                           : Rule::kBlank;
}

constexpr Rule AtBrace(Part left, Part right) {
  return left == Part::kLeftBrace && right == Part::kRightBrace ? Rule::kJoin
                                                                : Rule::kBlank;
}

// An object alone in an interpolation keeps its braces apart from those of the
// interpolation.
constexpr bool IsObjectInHole(Part left, Part right) {
  return (left == Part::kHole && right == Part::kLeftBrace) ||
         (left == Part::kRightBrace && right == Part::kHoleEnd);
}

constexpr Rule RuleFor(Part left, Part right) {
  if (left == Part::kName && right == Part::kLeftParenthesis) {
    return Rule::kJoin;  // a call
  }
  if (left == Part::kDot) return Rule::kByContext;
  if (right == Part::kDot || right == Part::kComma ||
      right == Part::kEllipsis) {
    return Rule::kJoin;
  }
  if (left == Part::kComma) return Rule::kBlank;
  if (JoinsAsTemplate(left, right)) return Rule::kJoin;
  if (left == Part::kBang) return Rule::kJoin;
  if (left == Part::kMinus) return Rule::kByContext;
  if (right == Part::kLeftBracket) return BeforeBracket(left);
  if (left == Part::kLeftBrace || right == Part::kRightBrace) {
    return AtBrace(left, right);
  }
  if (IsObjectInHole(left, right)) return Rule::kBlank;
  return BracketStep(left) > 0 || BracketStep(right) < 0 ? Rule::kJoin
                                                         : Rule::kBlank;
}

using Table = std::array<std::array<Rule, kParts>, kParts>;

constexpr Table MakeTable() {
  Table table = {};
  for (size_t left = 0; left < kParts; ++left) {
    for (size_t right = 0; right < kParts; ++right) {
      table[left][right] =
          RuleFor(static_cast<Part>(left), static_cast<Part>(right));
    }
  }
  return table;
}

constexpr Table kTable = MakeTable();

// Whether a minus behind `before` is a sign. A guess that HCL makes too: a
// wrong one costs a blank, never a meaning.
bool IsSignBehind(Part before) {
  switch (before) {
    case Part::kNone:
    case Part::kLeftBrace:
    case Part::kLeftBracket:
    case Part::kLeftParenthesis:
    case Part::kEqual:
    case Part::kColon:
    case Part::kComma:
    case Part::kQuestion:
    case Part::kBang:
    case Part::kMinus:
    case Part::kOtherOperator:
      return true;
    default:
      return false;
  }
}

class Spacing {
 public:
  Spacing(std::string_view text, std::vector<Piece>& pieces)
      : text_(text), pieces_(pieces) {}

  void Run() {
    Part left = Part::kNone;
    for (size_t i = 0; i < pieces_.size(); ++i) {
      const Part right = pieces_[i].part;
      if (right == Part::kNewline) {
        left = Part::kNone;
        continue;
      }
      if (left != Part::kNone) pieces_[i].blanks = Blanks(left, right, i);
      left = right;
    }
  }

 private:
  uint32_t Blanks(Part left, Part right, size_t i) const {
    const Rule rule =
        kTable[static_cast<size_t>(left)][static_cast<size_t>(right)];
    if (rule == Rule::kByContext) return ByContext(left, right, i) ? 1 : 0;
    return rule == Rule::kBlank ? 1 : 0;
  }

  // The part that stands `back` before the piece `i` on its line.
  Part Before(size_t i, size_t back) const {
    for (size_t step = 1; step <= back; ++step) {
      if (step > i || pieces_[i - step].part == Part::kNewline) {
        return Part::kNone;
      }
    }
    return pieces_[i - back].part;
  }

  bool ByContext(Part left, Part right, size_t i) const {
    const Part before = Before(i, 2);
    switch (left) {
      case Part::kMinus:
        return !IsSignBehind(before);
      case Part::kDot:
        // `5 . 5` would become another number; `a.5 . 5` would not.
        return before == Part::kNumber && right == Part::kNumber &&
               Before(i, 3) != Part::kDot;
      default:
        // An index, unless the name is the `in` of a for expression.
        return before == Part::kName && Text(pieces_[i - 1]) == "in";
    }
  }

  std::string_view Text(const Piece& piece) const {
    return text_.substr(piece.begin, piece.end - piece.begin);
  }

  const std::string_view text_;
  std::vector<Piece>& pieces_;
};

}  // namespace

void SpacePieces(std::string_view text, std::vector<Piece>& pieces) {
  Spacing(text, pieces).Run();
}

}  // namespace pol::syntax
