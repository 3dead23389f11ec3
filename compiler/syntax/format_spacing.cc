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

// Where the `in` of a for expression is not any name.
constexpr bool IsBracketBehindName(Part left, Part right) {
  return left == Part::kName &&
         (right == Part::kLeftBracket || right == Part::kRightBracket ||
          right == Part::kRightParenthesis || right == Part::kHoleEnd);
}

constexpr Rule BeforeBracket(Part left) {
  if (left == Part::kNumber) return Rule::kJoin;
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
  if (IsBracketBehindName(left, right)) return Rule::kByContext;
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
      before_ = left;
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

  bool ByContext(Part left, Part right, size_t i) const {
    switch (left) {
      case Part::kMinus:
        return !IsSignBehind(before_);
      case Part::kDot:
        return before_ == Part::kNumber && right == Part::kNumber &&
               IsWholeNumber(i - 2);
      default:
        // HCL takes every `in` behind a name for the one of a for expression.
        return before_ == Part::kName && Text(pieces_[i - 1]) == "in";
    }
  }

  // `5 . 5` would become `5.5`; `a.5 . 5` and `1.5 . 5` stay what they are.
  bool IsWholeNumber(size_t i) const {
    if (Text(pieces_[i]).find_first_of(".eE") != std::string_view::npos) {
      return false;
    }
    while (i > 0 && pieces_[i - 1].part == Part::kComment) --i;
    return i == 0 || pieces_[i - 1].part != Part::kDot;
  }

  std::string_view Text(const Piece& piece) const {
    return text_.substr(piece.begin, piece.end - piece.begin);
  }

  const std::string_view text_;
  std::vector<Piece>& pieces_;
  Part before_ = Part::kNone;  // the two neighbours in question, on their line
};

}  // namespace

void SpacePieces(std::string_view text, std::vector<Piece>& pieces) {
  Spacing(text, pieces).Run();
}

}  // namespace pol::syntax
