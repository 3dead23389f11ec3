#include "compiler/syntax/format_pieces.h"

#include <cstddef>

#include "compiler/diag/sink.h"
#include "compiler/syntax/scan.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {
namespace {

Part PartOf(TokenKind kind) {
  switch (kind) {
    case TokenKind::kNewline:
      return Part::kNewline;
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
      return Part::kNumber;
    case TokenKind::kString:
    case TokenKind::kRawString:
    case TokenKind::kHeredoc:
      return Part::kString;
    case TokenKind::kEqual:
      return Part::kEqual;
    case TokenKind::kLeftBrace:
      return Part::kLeftBrace;
    case TokenKind::kRightBrace:
      return Part::kRightBrace;
    case TokenKind::kLeftBracket:
      return Part::kLeftBracket;
    case TokenKind::kRightBracket:
      return Part::kRightBracket;
    case TokenKind::kLeftParenthesis:
      return Part::kLeftParenthesis;
    case TokenKind::kRightParenthesis:
      return Part::kRightParenthesis;
    case TokenKind::kComma:
      return Part::kComma;
    case TokenKind::kColon:
      return Part::kColon;
    case TokenKind::kDot:
      return Part::kDot;
    case TokenKind::kEllipsis:
      return Part::kEllipsis;
    case TokenKind::kArrow:
      return Part::kArrow;
    case TokenKind::kQuestion:
      return Part::kQuestion;
    case TokenKind::kBang:
      return Part::kBang;
    case TokenKind::kMinus:
      return Part::kMinus;
    case TokenKind::kStar:
    case TokenKind::kOperator:
      return Part::kOtherOperator;
    default:
      return Part::kName;
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Piece> Run() {
    diag::Sink unheard;
    const std::vector<Token> tokens = Scan(0, text_, unheard);
    pieces_.reserve(tokens.size() + tokens.size() / 8);
    for (const Token& token : tokens) {
      Comments(token.begin);
      if (token.kind != TokenKind::kEnd) Add(PartOf(token.kind), token);
    }
    return std::move(pieces_);
  }

 private:
  void Add(Part part, const Token& token) {
    uint32_t begin = token.begin;
    if (part == Part::kNewline && begin > 0 && text_[begin - 1] == '\r') {
      --begin;
    }
    pieces_.push_back({part, begin, token.end, 0});
    at_ = token.end;
  }

  // Those between the last token and `end`.
  void Comments(uint32_t end) {
    while (at_ < end) {
      const char c = text_[at_];
      if (c != '#' && c != '/') {
        ++at_;
        continue;
      }
      size_t stop = end;
      if (text_.substr(at_, 2) == "/*") {
        stop = text_.find("*/", at_ + 2) + 2;
      } else if (text_[stop - 1] == '\r') {
        --stop;
      }
      pieces_.push_back({Part::kComment, at_, static_cast<uint32_t>(stop), 0});
      at_ = static_cast<uint32_t>(stop);
    }
  }

  const std::string_view text_;
  std::vector<Piece> pieces_;
  uint32_t at_ = 0;
};

}  // namespace

std::vector<Piece> ReadPieces(std::string_view text) {
  return Reader(text).Run();
}

}  // namespace pol::syntax
