// One token of a policy file.
#ifndef POL_COMPILER_SYNTAX_TOKEN_H_
#define POL_COMPILER_SYNTAX_TOKEN_H_

#include <cstdint>

namespace pol::syntax {

// In the order of the grammar's tokens; what follows kError never reaches it.
enum class TokenKind : uint8_t {
  kEnd,  // of the file
  kNewline,
  kIdentifier,
  kInteger,
  kDecimal,
  kString,     // quoted, with its quotes; without interpolation
  kRawString,  // with its backticks
  kHeredoc,    // from `<<` to the closing marker; without interpolation
  kFor,        // `for` where it begins a for expression
  kIn,         // `in` of a for expression
  kIf,         // `if` of a for expression
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
  kOperator,          // any other: + / % == != < > <= >= && ||
  kTemplateBegin,     // `"`, or `<<EOT` and its line end
  kTemplateText,      // what stands between interpolations
  kInterpolation,     // `${` or `${~`
  kInterpolationEnd,  // `}` or `~}`
  kTemplateEnd,       // `"`, or the line of the closing marker up to its end
  kError,             // bytes that begin no token
  kComment,           // without the line end; only when asked for
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
