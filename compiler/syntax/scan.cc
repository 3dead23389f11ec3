#include "compiler/syntax/scan.h"

#include <algorithm>

#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/identifier.h"
#include "compiler/syntax/scanner.h"

namespace pol::syntax {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::vector<Token> Scanner::Run() {
  // Policies have about one token for six bytes.
  tokens_.reserve(text_.size() / 6 + 2);
  if (text_.substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
  while (true) {
    if (at_ >= text_.size()) {
      if (modes_.empty()) break;
      Abandon();
    } else if (modes_.empty() || modes_.back().kind == Mode::kInterpolation) {
      Next();
    } else if (modes_.back().kind == Mode::kQuoted) {
      QuotedText();
    } else {
      HeredocText();
    }
  }
  Emit(TokenKind::kEnd, text_.size());
  return std::move(tokens_);
}

size_t Scanner::LineEnd(size_t from) const {
  const size_t end = std::min(text_.find('\n', from), text_.size());
  return end > from && text_[end - 1] == '\r' ? end - 1 : end;
}

void Scanner::Emit(TokenKind kind, size_t end, bool bad) {
  tokens_.push_back(
      {kind, bad, 0, static_cast<uint32_t>(at_), static_cast<uint32_t>(end)});
  at_ = end;
}

diag::Diagnostic& Scanner::Report(const Code& code, support::Span span,
                                  std::string message) {
  if (modes_.empty()) return sink_.Report(code, span, std::move(message));
  diag::Diagnostic& held = held_.emplace_back();
  held.code = &code;
  held.span = span;
  held.message = std::move(message);
  return held;
}

void Scanner::Next() {
  const char c = text_[at_];
  switch (c) {
    case ' ':
    case '\t':
    case '\r':
      ++at_;
      return;
    case '\n':
      return Emit(TokenKind::kNewline, at_ + 1);
    case '#':
      return LineComment();
    case '"':
      return String();
    case '`':
      return RawString();
    case '\'':
      return SingleQuoted();
    case '{':
    case '}':
      return Brace(c);
    case '/':
      if (Peek(1) == '/') return LineComment();
      if (Peek(1) == '*') return Comment();
      break;
    case '<':
      if (Peek(1) == '<') return Heredoc();
      break;
    default:
      break;
  }
  Word(c);
}

void Scanner::Word(char c) {
  if (IsDigit(c)) return Number();
  if (const size_t end = IdentifierEnd(text_, at_); end > at_) {
    return Emit(TokenKind::kIdentifier, end);
  }
  if (!Punctuation(c)) Unexpected();
}

bool Scanner::Punctuation(char c) {
  const char next = Peek(1);
  // A mark alone, or with a second one behind it.
  auto one = [&](TokenKind kind) { return Emit(kind, at_ + 1), true; };
  auto two = [&](TokenKind kind) { return Emit(kind, at_ + 2), true; };
  switch (c) {
    case '=':
      if (next == '=') return two(TokenKind::kOperator);
      return next == '>' ? two(TokenKind::kArrow) : one(TokenKind::kEqual);
    case '[':
      return one(TokenKind::kLeftBracket);
    case ']':
      return one(TokenKind::kRightBracket);
    case '(':
      return one(TokenKind::kLeftParenthesis);
    case ')':
      return one(TokenKind::kRightParenthesis);
    case ',':
      return one(TokenKind::kComma);
    case '.':
      if (next == '.' && Peek(2) == '.') {
        return Emit(TokenKind::kEllipsis, at_ + 3), true;
      }
      return one(TokenKind::kDot);
    case ':':
      return one(TokenKind::kColon);
    case '?':
      return one(TokenKind::kQuestion);
    case '!':
      return next == '=' ? two(TokenKind::kOperator) : one(TokenKind::kBang);
    case '-':
      return one(TokenKind::kMinus);
    case '*':
      return one(TokenKind::kStar);
    case '+':
    case '/':
    case '%':
      return one(TokenKind::kOperator);
    case '<':
    case '>':
      return next == '=' ? two(TokenKind::kOperator)
                         : one(TokenKind::kOperator);
    case '&':
    case '|':
      return next == c && two(TokenKind::kOperator);
    default:
      return false;
  }
}

// The braces of an interpolation's expression nest; the one that does not is
// its end.
void Scanner::Brace(char c) {
  if (c == '{') {
    if (!modes_.empty()) ++modes_.back().braces;
    return Emit(TokenKind::kLeftBrace, at_ + 1);
  }
  if (modes_.empty()) return Emit(TokenKind::kRightBrace, at_ + 1);
  if (modes_.back().braces == 0) {
    return EndInterpolation(at_ + 1);
  }
  --modes_.back().braces;
  Emit(TokenKind::kRightBrace, at_ + 1);
}

void Scanner::LineComment() {
  const size_t end = LineEnd(at_);
  if (options_.comments) return Emit(TokenKind::kComment, end);
  at_ = end;
}

void Scanner::Comment() {
  const size_t close = text_.find("*/", at_ + 2);
  if (close != std::string_view::npos) {
    if (options_.comments) return Emit(TokenKind::kComment, close + 2);
    at_ = close + 2;
    return;
  }
  LoseRest(TokenKind::kError, kUnterminatedComment, From(at_, at_ + 2),
           "this comment has no `*/`", "begins here");
}

size_t Scanner::Digits(size_t from) const {
  while (from < text_.size() && IsDigit(text_[from])) ++from;
  return from;
}

void Scanner::Number() {
  size_t end = Digits(at_);
  TokenKind kind = TokenKind::kInteger;
  const bool index = !tokens_.empty() && tokens_.back().kind == TokenKind::kDot;
  if (!index && end + 1 < text_.size() && text_[end] == '.' &&
      IsDigit(text_[end + 1])) {
    end = Digits(end + 1);
    kind = TokenKind::kDecimal;
  }
  if (!index && end < text_.size() &&
      (text_[end] == 'e' || text_[end] == 'E')) {
    size_t digits = end + 1;
    if (digits < text_.size() &&
        (text_[digits] == '+' || text_[digits] == '-')) {
      ++digits;
    }
    if (Digits(digits) > digits) {
      end = Digits(digits);
      kind = TokenKind::kDecimal;
    }
  }
  const size_t word_end = IdentifierRestEnd(text_, end);
  // `1-x` is a difference, but `1x-y` is a mistake as a whole.
  if (word_end == end || text_[end] == '-') return Emit(kind, end);
  const std::string_view written = text_.substr(at_, word_end - at_);
  Report(kBadNumber, From(at_, word_end),
         diag::Cat("`", written, "` is not a number"))
      .Help("text that is not a number or a name stands in double quotes");
  Emit(kind, word_end, true);
}

// A habit from other languages; read as the string that was meant.
void Scanner::SingleQuoted() {
  const size_t close = text_.find('\'', at_ + 1);
  if (close >= LineEnd(at_)) return Unexpected();
  const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
  Report(kBadCharacter, From(at_, close + 1), "strings stand in double quotes")
      .Suggest("replace the quotes",
               {{From(at_, close + 1), diag::Cat("\"", inside, "\"")}},
               diag::Certainty::kPossible);
  Emit(TokenKind::kString, close + 1, true);
}

void Scanner::Unexpected() {
  if (!modes_.empty() && text_[at_] == '~' && Peek(1) == '}' &&
      modes_.back().braces == 0) {
    return EndInterpolation(at_ + 2);
  }
  const diag::CodePoint point = diag::DecodeUtf8(text_.substr(at_));
  const size_t length = point.length > 0 ? point.length : 1;
  const std::string_view written = text_.substr(at_, length);
  const bool hidden =
      diag::IsBidiControl(point.value) || diag::IsInvisible(point.value);
  // Hidden characters have been reported by CheckText().
  if (!hidden || options_.hidden) {
    auto& diagnostic =
        Report(kBadCharacter, From(at_, at_ + length),
               diag::Cat("unexpected character `", written, "`"));
    if (written == ";") {
      diagnostic.Help("attributes are separated by the end of the line");
    } else if (written == "&" || written == "|") {
      diagnostic.Help(diag::Cat("write `", written, written, "`"));
    }
  }
  // The rest of the line is beyond understanding if it starts like this one.
  size_t end = at_ + length;
  while (text_.substr(end, length) == written) end += length;
  Emit(TokenKind::kError, end, true);
}

std::vector<Token> Scan(support::FileId file, std::string_view text,
                        diag::Sink& sink, ScanOptions options) {
  return Scanner(file, text, sink, options).Run();
}

}  // namespace pol::syntax
