// Strings, heredocs and the templates in them.

#include <algorithm>
#include <array>

#include "compiler/diag/cat.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/identifier.h"
#include "compiler/syntax/scanner.h"

namespace pol::syntax {
namespace {

// What a quoted string may not go on over unseen.
constexpr std::array<bool, 256> kStops = [] {
  std::array<bool, 256> stops{};
  for (const char c : {'"', '\\', '\n', '$', '%'}) {
    stops[static_cast<unsigned char>(c)] = true;
  }
  return stops;
}();

}  // namespace

// The next end of a string, line end or interpolation, whichever comes first.
size_t Scanner::TextEnd(size_t from, bool quoted) const {
  size_t i = from;
  while (i < text_.size()) {
    const char c = text_[i];
    if (!kStops[static_cast<unsigned char>(c)]) {
      ++i;
    } else if (c == '\n') {
      return i;
    } else if (c == '"' || c == '\\') {
      if (quoted && c == '"') return i;
      const bool pair = quoted && i + 1 < text_.size() && text_[i + 1] != '\n';
      i += pair ? 2 : 1;
    } else {
      const std::string_view rest = text_.substr(i, 3);
      if (rest.size() > 1 && rest[1] == '{') return i;
      // "$${" is the escape of "${".
      i += rest.size() == 3 && rest[1] == c && rest[2] == '{' ? 3 : 1;
    }
  }
  return text_.size();
}

void Scanner::String() {
  const size_t end = TextEnd(at_ + 1, true);
  if (end < text_.size() && text_[end] == '"') {
    return Emit(TokenKind::kString, end + 1);
  }
  const bool templated = end < text_.size() && text_[end] != '\n';
  if (!templated) endless_.emplace(at_, 0);
  if (IsEndless(end)) return modes_.empty() ? EmitBroken() : Abandon();
  Open({Mode::kQuoted, at_, {}});
  Emit(TokenKind::kTemplateBegin, at_ + 1);
}

void Scanner::RawString() {
  const size_t line_end = LineEnd(at_);
  const size_t close = text_.find('`', at_ + 1);
  if (close < line_end) return Emit(TokenKind::kRawString, close + 1);
  Report(kUnterminatedString, From(at_, line_end),
         "this raw string has no closing backtick on its line");
  Emit(TokenKind::kRawString, line_end, true);
}

std::optional<Scanner::HeredocHead> Scanner::ReadHeredocHead() const {
  const size_t name = at_ + (Peek(2) == '-' ? 3 : 2);
  const size_t name_end = IdentifierEnd(text_, name);
  const size_t line_end = LineEnd(at_);
  if (name_end == name || name_end != line_end) return std::nullopt;
  const size_t next = std::min(text_.find('\n', line_end), text_.size() - 1);
  return HeredocHead{text_.substr(name, name_end - name), line_end, next + 1};
}

bool Scanner::IsMarkerLine(size_t line, std::string_view marker,
                           size_t& end) const {
  while (line < text_.size() && (text_[line] == ' ' || text_[line] == '\t')) {
    ++line;
  }
  if (text_.substr(line, marker.size()) != marker) return false;
  end = line + marker.size();
  size_t rest = end;
  while (rest < text_.size() &&
         (text_[rest] == ' ' || text_[rest] == '\t' || text_[rest] == '\r')) {
    ++rest;
  }
  return rest == text_.size() || text_[rest] == '\n';
}

std::optional<size_t> Scanner::FindHeredocEnd(size_t line,
                                              std::string_view marker) const {
  while (line < text_.size()) {
    size_t end = 0;
    if (IsMarkerLine(line, marker, end)) return end;
    const size_t line_end = text_.find('\n', line);
    if (line_end == std::string_view::npos) break;
    line = line_end + 1;
  }
  return std::nullopt;
}

bool Scanner::HasInterpolation(size_t line, std::string_view marker) const {
  size_t ignored = 0;
  while (line < text_.size() && !IsMarkerLine(line, marker, ignored)) {
    const size_t end = TextEnd(line, false);
    if (end < text_.size() && text_[end] != '\n') return true;
    line = end + 1;
  }
  return false;
}

void Scanner::Heredoc() {
  const std::optional<HeredocHead> head = ReadHeredocHead();
  if (!head.has_value()) {
    const size_t line_end = LineEnd(at_);
    Report(kBadHeredoc, From(at_, line_end),
           "a heredoc begins with `<<` or `<<-`, a marker, and the end of the "
           "line");
    return Emit(TokenKind::kHeredoc, line_end, true);
  }
  if (HasInterpolation(head->next_line, head->marker)) {
    if (IsEndless(at_)) return modes_.empty() ? EmitBroken() : Abandon();
    Open({Mode::kHeredoc, at_, head->marker});
    line_start_ = true;
    return Emit(TokenKind::kTemplateBegin, head->next_line);
  }
  const auto end = FindHeredocEnd(head->next_line, head->marker);
  if (end.has_value()) return Emit(TokenKind::kHeredoc, *end);
  LoseRest(TokenKind::kHeredoc, kUnterminatedHeredoc, From(at_, head->line_end),
           diag::Cat("no line after this one is `", head->marker,
                     "` alone, which would end the heredoc"));
}

void Scanner::QuotedText() {
  const size_t end = TextEnd(at_, true);
  if (end == text_.size() || text_[end] == '\n') return Abandon();
  if (text_[end] == '"') return EndTemplate(end, end + 1);
  BeginInterpolation(end);
}

void Scanner::HeredocText() {
  const Mode mode = modes_.back();
  size_t line = at_;
  while (line < text_.size()) {
    size_t marker_end = 0;
    if (line_start_ && IsMarkerLine(line, mode.marker, marker_end)) {
      return EndTemplate(line, marker_end);
    }
    const size_t end = TextEnd(line, false);
    if (end == text_.size()) break;
    line_start_ = text_[end] == '\n';
    if (!line_start_) return BeginInterpolation(end);
    line = end + 1;
  }
  LoseRest(TokenKind::kHeredoc, kUnterminatedHeredoc,
           From(mode.begin, LineEnd(mode.begin)),
           diag::Cat("no line after this one is `", mode.marker,
                     "` alone, which would end the heredoc"));
}

// Whether the template here is known to have no end; `open` is its first
// interpolation. Who reads in vain again and again is not believed any more.
bool Scanner::IsEndless(size_t open) {
  constexpr size_t kPatience = 16;
  if (modes_.empty() && wasted_ > kPatience * (text_.size() + 4096)) {
    endless_.emplace(at_, open);
  }
  return endless_.count(at_) > 0;
}

void Scanner::Open(Mode mode) {
  if (modes_.empty()) {
    tokens_before_ = tokens_.size();
    directive_reported_ = false;
  }
  modes_.push_back(mode);
}

void Scanner::BeginInterpolation(size_t text_end) {
  if (text_end > at_) Emit(TokenKind::kTemplateText, text_end);
  const bool directive = text_[at_] == '%';
  if (directive && !directive_reported_) {
    directive_reported_ = true;
    Report(kDirective, From(at_, at_ + 2),
           "template directives (`%{`) are not part of the language")
        .Help(
            "join the pieces with a for expression or a conditional in `${ }`; "
            "for the two characters themselves write `%%{`");
  }
  const size_t length = Peek(2) == '~' ? 3 : 2;
  modes_.push_back({Mode::kInterpolation, at_, {}});
  Emit(TokenKind::kInterpolation, at_ + length, directive);
}

void Scanner::EndInterpolation(size_t end) {
  modes_.pop_back();
  line_start_ = false;
  Emit(TokenKind::kInterpolationEnd, end);
}

void Scanner::EndTemplate(size_t text_end, size_t end) {
  if (text_end > at_) Emit(TokenKind::kTemplateText, text_end);
  Emit(TokenKind::kTemplateEnd, end);
  modes_.pop_back();
  if (!modes_.empty()) return;
  for (diag::Diagnostic& held : held_) {
    sink_.Report(*held.code, held.span, held.message) = held;
  }
  held_.clear();
}

// No template that is open has an end.
void Scanner::Abandon() {
  for (size_t i = 0; i < modes_.size(); i += 2) {
    const bool inside = i + 1 < modes_.size();
    endless_.emplace(modes_[i].begin, inside ? modes_[i + 1].begin : 0);
  }
  wasted_ += at_ - modes_[0].begin;
  at_ = modes_[0].begin;
  tokens_.resize(tokens_before_);
  held_.clear();
  modes_.clear();
  EmitBroken();
}

void Scanner::EmitBroken() {
  const bool quoted = text_[at_] == '"';
  size_t end = LineEnd(at_);
  if (!quoted) {
    const HeredocHead head = *ReadHeredocHead();
    end = FindHeredocEnd(head.next_line, head.marker).value_or(text_.size());
  }
  if (const size_t open = endless_.at(at_); open > 0) {
    Report(kUnclosed, From(open, open + 2),
           diag::Cat("this `", text_.substr(open, 2), "` is never closed"))
        .Mark("opened here")
        .Help(diag::Cat("for the two characters themselves write `",
                        text_.substr(open, 1), text_.substr(open, 2), "`"));
  } else {
    Report(kUnterminatedString, From(at_, end),
           "this string has no closing quote on its line")
        .Help("for text of several lines use a heredoc (`<<EOT`)");
  }
  Emit(quoted ? TokenKind::kString : TokenKind::kHeredoc, end, true);
}

void Scanner::LoseRest(TokenKind kind, const diag::Code& code,
                       support::Span span, std::string message,
                       std::string mark) {
  if (!modes_.empty()) {
    at_ = modes_[0].begin;
    tokens_.resize(tokens_before_);
    held_.clear();
    modes_.clear();
  }
  sink_.Report(code, span, std::move(message)).Mark(std::move(mark));
  Emit(kind, text_.size(), true);
}

}  // namespace pol::syntax
