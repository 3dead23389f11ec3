#include "compiler/syntax/format_pieces.h"

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
    case TokenKind::kComment:
      return Part::kComment;
    case TokenKind::kTemplateBegin:
      return Part::kTemplateBegin;
    case TokenKind::kTemplateText:
      return Part::kTemplateText;
    case TokenKind::kInterpolation:
      return Part::kHole;
    case TokenKind::kInterpolationEnd:
      return Part::kHoleEnd;
    case TokenKind::kTemplateEnd:
      return Part::kTemplateEnd;
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

// The bytes of a line end with the carriage return that may be part of it.
uint32_t LineEndBegin(std::string_view text, uint32_t begin) {
  return begin > 0 && text[begin - 1] == '\r' ? begin - 1 : begin;
}

}  // namespace

std::vector<Piece> ReadPieces(std::string_view text) {
  diag::Sink unheard;
  const std::vector<Token> tokens = Scan(0, text, unheard, {.comments = true});
  std::vector<Piece> pieces;
  pieces.reserve(tokens.size());
  for (const Token& token : tokens) {
    if (token.kind == TokenKind::kEnd) break;
    Piece piece = {PartOf(token.kind), token.begin, token.end, 0};
    if (piece.part == Part::kNewline) {
      piece.begin = LineEndBegin(text, piece.begin);
    }
    pieces.push_back(piece);
  }
  return pieces;
}

}  // namespace pol::syntax
