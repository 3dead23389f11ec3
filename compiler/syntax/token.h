// One token of a policy file.
#ifndef POL_COMPILER_SYNTAX_TOKEN_H_
#define POL_COMPILER_SYNTAX_TOKEN_H_

#include <cstdint>

namespace pol::syntax {

enum class TokenKind : uint8_t {
  kEnd,  // of the file
  kNewline,
  kIdentifier,
  kInteger,
  kDecimal,
  kString,     // quoted, with its quotes and all templates in it
  kRawString,  // with its backticks
  kHeredoc,    // from `<<` to the closing marker
  kFor,        // `for` where it begins a for expression
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
  kStar,
  kOperator,  // any other: + / % == != < > <= >= && ||
  kError,     // bytes that begin no token
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  bool bad = false;    // a diagnostic has been reported about its bytes
  uint16_t level = 0;  // brackets around it; set by layout.h
  uint32_t begin = 0;
  uint32_t end = 0;
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_TOKEN_H_
