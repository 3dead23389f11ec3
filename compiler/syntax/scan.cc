#include "compiler/syntax/scan.h"

#include <unicode/uchar.h>

#include <string>

#include "absl/strings/ascii.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/support/view.h"
#include "compiler/syntax/diagnostics.h"

namespace pol::syntax {
namespace {

using diag::CodePoint;
using diag::DecodeUtf8;
using support::FileId;
using support::Span;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Length of the character at the front if it may stand in an identifier (HCL:
// UAX #31, with "_" at the start and "-" after it), otherwise 0.
size_t IdentifierStart(std::string_view text) {
  if (text.empty()) return 0;
  if (absl::ascii_isalpha(static_cast<unsigned char>(text[0])) ||
      text[0] == '_') {
    return 1;
  }
  if (static_cast<unsigned char>(text[0]) < 0x80) return 0;
  const CodePoint point = DecodeUtf8(text);
  return u_hasBinaryProperty(static_cast<UChar32>(point.value), UCHAR_ID_START)
             ? point.length
             : 0;
}

size_t IdentifierPart(std::string_view text) {
  if (text.empty()) return 0;
  if (absl::ascii_isalnum(static_cast<unsigned char>(text[0])) ||
      text[0] == '_' || text[0] == '-') {
    return 1;
  }
  if (static_cast<unsigned char>(text[0]) < 0x80) return 0;
  const CodePoint point = DecodeUtf8(text);
  return u_hasBinaryProperty(static_cast<UChar32>(point.value),
                             UCHAR_ID_CONTINUE)
             ? point.length
             : 0;
}

struct Punctuation {
  std::string_view text;
  TokenKind kind;
};

// Longer ones before those they begin with.
constexpr Punctuation kPunctuation[] = {
    {"...", TokenKind::kEllipsis},
    {"==", TokenKind::kOperator},
    {"=>", TokenKind::kArrow},
    {"!=", TokenKind::kOperator},
    {"<=", TokenKind::kOperator},
    {">=", TokenKind::kOperator},
    {"&&", TokenKind::kOperator},
    {"||", TokenKind::kOperator},
    {"=", TokenKind::kEqual},
    {"{", TokenKind::kLeftBrace},
    {"}", TokenKind::kRightBrace},
    {"[", TokenKind::kLeftBracket},
    {"]", TokenKind::kRightBracket},
    {"(", TokenKind::kLeftParenthesis},
    {")", TokenKind::kRightParenthesis},
    {",", TokenKind::kComma},
    {":", TokenKind::kColon},
    {".", TokenKind::kDot},
    {"?", TokenKind::kQuestion},
    {"!", TokenKind::kBang},
    {"-", TokenKind::kMinus},
    {"*", TokenKind::kStar},
    {"+", TokenKind::kOperator},
    {"/", TokenKind::kOperator},
    {"%", TokenKind::kOperator},
    {"<", TokenKind::kOperator},
    {">", TokenKind::kOperator},
};

class Scanner {
 public:
  Scanner(FileId file, std::string_view text, diag::Sink& sink)
      : file_(file), text_(text), sink_(sink) {}

  std::vector<Token> Run() {
    // Policies have about one token for six bytes.
    tokens_.reserve(text_.size() / 6 + 2);
    if (Rest().substr(0, 3) == "\xEF\xBB\xBF") at_ = 3;
    while (at_ < text_.size()) Next();
    Emit(TokenKind::kEnd, text_.size());
    return std::move(tokens_);
  }

 private:
  std::string_view Rest() const { return text_.substr(at_); }
  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  Span From(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  size_t LineEnd(size_t from) const {
    size_t end = text_.find('\n', from);
    if (end == std::string_view::npos) end = text_.size();
    return end > from && text_[end - 1] == '\r' ? end - 1 : end;
  }

  void Emit(TokenKind kind, size_t end, bool bad = false) {
    tokens_.push_back(
        {kind, bad, 0, static_cast<uint32_t>(at_), static_cast<uint32_t>(end)});
    at_ = end;
  }

  void Next() {
    const char c = Peek();
    switch (c) {
      case ' ':
      case '\t':
      case '\r':
        ++at_;
        return;
      case '\n':
        return Emit(TokenKind::kNewline, at_ + 1);
      case '#':
        at_ = LineEnd(at_);
        return;
      case '"':
        return String();
      case '`':
        return RawString();
      case '\'':
        return SingleQuoted();
      default:
        break;
    }
    if (c == '/' && Peek(1) == '/') {
      at_ = LineEnd(at_);
      return;
    }
    if (c == '/' && Peek(1) == '*') return Comment();
    if (c == '<' && Peek(1) == '<') return Heredoc();
    if (IsDigit(c)) return Number();
    if (const size_t length = IdentifierStart(Rest()); length > 0) {
      return Identifier(length);
    }
    for (const Punctuation& p : kPunctuation) {
      if (c == p.text[0] && Rest().substr(0, p.text.size()) == p.text) {
        return Emit(p.kind, at_ + p.text.size());
      }
    }
    Unexpected();
  }

  void Identifier(size_t length) {
    size_t end = at_ + length;
    while (const size_t part = IdentifierPart(text_.substr(end))) end += part;
    Emit(TokenKind::kIdentifier, end);
  }

  void Comment() {
    const size_t close = text_.find("*/", at_ + 2);
    if (close == std::string_view::npos) {
      sink_
          .Report(kUnterminatedComment, From(at_, at_ + 2),
                  "this comment has no `*/`")
          .Mark("begins here");
      return Emit(TokenKind::kError, text_.size(), true);
    }
    at_ = close + 2;
  }

  size_t Digits(size_t from) const {
    while (from < text_.size() && IsDigit(text_[from])) ++from;
    return from;
  }

  void Number() {
    size_t end = Digits(at_);
    TokenKind kind = TokenKind::kInteger;
    const bool index =
        !tokens_.empty() && tokens_.back().kind == TokenKind::kDot;
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
    const size_t number_end = end;
    while (const size_t part = IdentifierPart(text_.substr(end))) end += part;
    if (end == number_end) return Emit(kind, end);
    const std::string written(text_.substr(at_, end - at_));
    sink_
        .Report(kBadNumber, From(at_, end),
                diag::Cat("`", written, "` is not a number"))
        .Help("text that is not a number or a name stands in double quotes");
    Emit(kind, end, true);
  }

  // A quoted string with the templates in it, whose strings and braces nest.
  void String() {
    std::string open(1, '"');  // '"' for a string, '{' for a template or brace
    size_t i = at_ + 1;
    while (i < text_.size() && text_[i] != '\n' && !open.empty()) {
      const char c = text_[i];
      const bool in_string = open.back() == '"';
      if (c == '"') {
        in_string ? open.pop_back() : open.push_back('"');
        ++i;
      } else if (in_string && c == '\\') {
        i += i + 1 < text_.size() && text_[i + 1] != '\n' ? 2 : 1;
      } else if (in_string && (c == '$' || c == '%')) {
        i += TemplateMark(i, open);
      } else {
        if (!in_string && c == '{') open.push_back('{');
        if (!in_string && c == '}') open.pop_back();
        ++i;
      }
    }
    if (open.empty()) return Emit(TokenKind::kString, i);
    const size_t end = LineEnd(at_);
    sink_
        .Report(kUnterminatedString, From(at_, end),
                "this string has no closing quote on its line")
        .Help("for text of several lines use a heredoc (`<<EOT`)");
    Emit(TokenKind::kString, end, true);
  }

  // At "$" or "%" in a string: how far it goes. "$${" is the escape of "${".
  size_t TemplateMark(size_t i, std::string& open) const {
    const std::string_view rest = text_.substr(i);
    if (rest.size() >= 3 && rest[1] == rest[0] && rest[2] == '{') return 3;
    if (rest.size() >= 2 && rest[1] == '{') {
      open.push_back('{');
      return 2;
    }
    return 1;
  }

  void RawString() {
    const size_t line_end = LineEnd(at_);
    const size_t close = text_.find('`', at_ + 1);
    if (close < line_end) return Emit(TokenKind::kRawString, close + 1);
    sink_.Report(kUnterminatedString, From(at_, line_end),
                 "this raw string has no closing backtick on its line");
    Emit(TokenKind::kRawString, line_end, true);
  }

  // A habit from other languages; read as the string that was meant.
  void SingleQuoted() {
    const size_t close = text_.find('\'', at_ + 1);
    if (close >= LineEnd(at_)) return Unexpected();
    const std::string_view inside = text_.substr(at_ + 1, close - at_ - 1);
    sink_
        .Report(kBadCharacter, From(at_, close + 1),
                "strings stand in double quotes")
        .Suggest("replace the quotes",
                 {{From(at_, close + 1), diag::Cat("\"", inside, "\"")}},
                 diag::Certainty::kPossible);
    Emit(TokenKind::kString, close + 1, true);
  }

  void Heredoc() {
    size_t name = at_ + 2;
    if (name < text_.size() && text_[name] == '-') ++name;
    size_t name_end = name;
    if (const size_t first = IdentifierStart(text_.substr(name)); first > 0) {
      name_end += first;
      while (const size_t part = IdentifierPart(text_.substr(name_end))) {
        name_end += part;
      }
    }
    const size_t line_end = LineEnd(at_);
    if (name_end == name || name_end != line_end) {
      sink_.Report(kBadHeredoc, From(at_, line_end),
                   "a heredoc begins with `<<` or `<<-`, a marker, and the end "
                   "of the line");
      return Emit(TokenKind::kHeredoc, line_end, true);
    }
    const std::string_view marker = text_.substr(name, name_end - name);
    size_t line = text_.find('\n', line_end);
    while (line != std::string_view::npos && ++line < text_.size()) {
      const size_t end = LineEnd(line);
      const std::string_view content =
          support::ToStd(absl::StripAsciiWhitespace(
              absl::string_view(text_.data() + line, end - line)));
      if (content == marker) {
        return Emit(TokenKind::kHeredoc,
                    static_cast<size_t>(content.data() - text_.data()) +
                        content.size());
      }
      line = text_.find('\n', end);
    }
    sink_.Report(kUnterminatedHeredoc, From(at_, line_end),
                 diag::Cat("no line after this one is `", std::string(marker),
                           "` alone, which would end the heredoc"));
    Emit(TokenKind::kHeredoc, text_.size(), true);
  }

  void Unexpected() {
    const CodePoint point = DecodeUtf8(Rest());
    const size_t length = point.length > 0 ? point.length : 1;
    const std::string written(Rest().substr(0, length));
    // Those have been reported by CheckText().
    if (!diag::IsBidiControl(point.value) && !diag::IsInvisible(point.value)) {
      auto& diagnostic =
          sink_.Report(kBadCharacter, From(at_, at_ + length),
                       diag::Cat("unexpected character `", written, "`"));
      if (written == ";") {
        diagnostic.Help("attributes are separated by the end of the line");
      }
    }
    // The rest of the line is beyond understanding if it starts like this one.
    size_t end = at_ + length;
    while (text_.substr(end, length) == written) end += length;
    Emit(TokenKind::kError, end, true);
  }

  const FileId file_;
  const std::string_view text_;
  diag::Sink& sink_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> Scan(FileId file, std::string_view text, diag::Sink& sink) {
  return Scanner(file, text, sink).Run();
}

}  // namespace pol::syntax
