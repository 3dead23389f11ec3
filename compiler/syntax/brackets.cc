#include "compiler/syntax/brackets.h"

namespace pol::syntax {

TokenKind Closer(TokenKind open) {
  switch (open) {
    case TokenKind::kLeftBrace:
      return TokenKind::kRightBrace;
    case TokenKind::kLeftBracket:
      return TokenKind::kRightBracket;
    case TokenKind::kInterpolation:
      return TokenKind::kInterpolationEnd;
    default:
      return TokenKind::kRightParenthesis;
  }
}

bool Opens(TokenKind kind) {
  return kind == TokenKind::kLeftBrace || kind == TokenKind::kLeftBracket ||
         kind == TokenKind::kLeftParenthesis ||
         kind == TokenKind::kInterpolation;
}

bool Closes(TokenKind kind) {
  return kind == TokenKind::kRightBrace || kind == TokenKind::kRightBracket ||
         kind == TokenKind::kRightParenthesis ||
         kind == TokenKind::kInterpolationEnd;
}

bool EndsValue(TokenKind kind) {
  switch (kind) {
    case TokenKind::kIdentifier:
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
    case TokenKind::kString:
    case TokenKind::kRawString:
    case TokenKind::kHeredoc:
    case TokenKind::kTemplateEnd:
    case TokenKind::kRightBrace:
    case TokenKind::kRightBracket:
    case TokenKind::kRightParenthesis:
      return true;
    default:
      return false;
  }
}

}  // namespace pol::syntax
