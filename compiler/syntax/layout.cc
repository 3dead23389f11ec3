#include "compiler/syntax/layout.h"

#include <algorithm>
#include <string>

#include "compiler/diag/cat.h"
#include "compiler/syntax/brackets.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

using support::FileId;
using support::Span;

// A bracket that is open.
struct Frame {
  Token open;               // kEnd for the file itself
  bool body = false;        // holds attributes and blocks
  bool loop = false;        // holds a for expression
  bool last_comma = false;  // may end with a comma that means nothing
  bool assigned = false;    // of a body: its current item has had its "="
  uint32_t conditions =
      0;  // "?" of its current element; they nest to the right
  uint32_t indentation = 0;
};

// A diagnostic that is reported if this reading of the file is the one kept.
struct Finding {
  const Code* code;
  Span span;
  std::string message;
  std::string mark;
};

class Layout {
 public:
  Layout(FileId file, std::string_view text, const std::vector<Token>& tokens,
         bool by_indentation)
      : file_(file),
        text_(text),
        in_(tokens),
        by_indentation_(by_indentation) {}

  void Run() {
    out_.reserve(in_.size() + 1);
    frames_.push_back({.open = {}, .body = true});
    for (at_ = 0; in_[at_].kind != TokenKind::kEnd; ++at_) {
      if (too_deep_) break;
      Place(in_[at_]);
    }
    if (too_deep_) {
      out_.clear();
    } else {
      if (!out_.empty() && out_.back().kind != TokenKind::kNewline) Newline();
      Finish();
    }
    Put(in_.back());
  }

  // Whether a bracket was still open at the end of the file.
  bool left_open() const { return left_open_; }

  auto Count(const Code& code) const {
    return std::count_if(
        findings_.begin(), findings_.end(),
        [&](const Finding& finding) { return finding.code == &code; });
  }

  std::vector<Token> Take(diag::Sink& sink) {
    for (Finding& finding : findings_) {
      sink.Report(*finding.code, finding.span, std::move(finding.message))
          .Mark(std::move(finding.mark));
    }
    return std::move(out_);
  }

 private:
  Frame& top() { return frames_.back(); }

  Span SpanOf(const Token& token) const {
    return {file_, token.begin, token.end};
  }

  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  void Put(Token token) {
    token.level = static_cast<uint16_t>(frames_.size() - 1);
    out_.push_back(token);
  }

  // A token that the author did not write, after the last one.
  void Insert(TokenKind kind) {
    const uint32_t end = out_.empty() ? 0 : out_.back().end;
    Put({.kind = kind, .begin = end, .end = end});
  }

  uint32_t IndentationOf(uint32_t offset) const {
    size_t line = text_.rfind('\n', offset == 0 ? 0 : offset - 1);
    line = line == std::string_view::npos || offset == 0 ? 0 : line + 1;
    uint32_t blanks = 0;
    while (line + blanks < text_.size() &&
           (text_[line + blanks] == ' ' || text_[line + blanks] == '\t')) {
      ++blanks;
    }
    return blanks;
  }

  void Place(const Token& token) {
    if (by_indentation_ && at_ > 0 && interpolations_ == 0 &&
        in_[at_ - 1].kind == TokenKind::kNewline) {
      CloseByIndentation(token);
    }
    if (token.kind == TokenKind::kNewline) return Newline();
    if (Opens(token.kind)) return Open(token);
    if (Closes(token.kind)) return Close(token);
    switch (token.kind) {
      case TokenKind::kEqual:
        top().assigned = true;
        break;
      case TokenKind::kComma:
        EndElement();
        break;
      case TokenKind::kQuestion:
        ++top().conditions;
        ++conditions_;
        CheckDepth(token);
        break;
      default:
        break;
    }
    Token placed = token;
    if (token.kind == TokenKind::kIdentifier && !top().body) {
      placed.kind = KindOfName(token);
    }
    Put(placed);
  }

  TokenKind LastKind() const {
    return out_.empty() ? TokenKind::kNewline : out_.back().kind;
  }

  // Whether a value may have ended just now, with a splat perhaps.
  bool EndsValue() const {
    return syntax::EndsValue(LastKind()) ||
           (LastKind() == TokenKind::kStar && out_.size() > 1 &&
            out_[out_.size() - 2].kind == TokenKind::kDot);
  }

  // Some names are words in their place in a for expression.
  TokenKind KindOfName(const Token& token) {
    const std::string_view name = TextOf(token);
    if (at_ == in_place_ && name == "in") return TokenKind::kIn;
    if (top().loop && name == "if" &&
        (EndsValue() || LastKind() == TokenKind::kEllipsis)) {
      return TokenKind::kIf;
    }
    if (name != "for" || out_.back().begin != top().open.begin ||
        !top().last_comma || LastKind() == TokenKind::kLeftParenthesis) {
      return TokenKind::kIdentifier;
    }
    const size_t first = Behind(at_);
    const TokenKind next = in_[first].kind;
    if (next != TokenKind::kIdentifier && next != TokenKind::kString &&
        next != TokenKind::kInteger && next != TokenKind::kDecimal) {
      return TokenKind::kIdentifier;
    }
    top().loop = true;
    in_place_ = Behind(first);
    if (in_[in_place_].kind == TokenKind::kComma) {
      in_place_ = Behind(Behind(in_place_));
    }
    return TokenKind::kFor;
  }

  // The token behind `i` and any line ends.
  size_t Behind(size_t i) const {
    if (in_[i].kind != TokenKind::kEnd) ++i;
    while (in_[i].kind == TokenKind::kNewline) ++i;
    return i;
  }

  void EndElement() {
    conditions_ -= top().conditions;
    top().conditions = 0;
  }

  void Newline() {
    if (Grouping(top())) {
      const bool more = in_[at_].kind == TokenKind::kNewline;
      if (!more || interpolations_ > 0 || !StartsItem(at_ + 1)) return;
      CloseGroups();
    }
    EndElement();
    top().assigned = false;
    if (out_.empty()) return;
    const TokenKind last = out_.back().kind;
    const bool first = !top().body && (last == TokenKind::kLeftBrace ||
                                       last == TokenKind::kComma);
    if (last == TokenKind::kNewline || first) return;
    Token newline = in_[at_];
    if (newline.kind != TokenKind::kNewline) return Insert(TokenKind::kNewline);
    Put(newline);
  }

  // In these brackets a line end means nothing.
  static bool Grouping(const Frame& frame) {
    return frame.open.kind == TokenKind::kLeftBracket ||
           frame.open.kind == TokenKind::kLeftParenthesis ||
           frame.open.kind == TokenKind::kInterpolation || frame.loop;
  }

  // Whether the line of token `i` begins like an attribute or a block, which
  // cannot stand in a list or in parentheses.
  bool StartsItem(size_t i) const {
    if (in_[i].kind != TokenKind::kIdentifier) return false;
    const std::string_view name = TextOf(in_[i]);
    if (frames_.back().loop && (name == "in" || name == "if")) return false;
    ++i;
    if (in_[i].kind == TokenKind::kEqual) return true;
    while (in_[i].kind == TokenKind::kIdentifier ||
           in_[i].kind == TokenKind::kString) {
      ++i;
    }
    return in_[i].kind == TokenKind::kLeftBrace;
  }

  void ReportUnclosed(const Frame& frame) {
    findings_.push_back(
        {&kUnclosed, SpanOf(frame.open),
         diag::Cat("this `", TextOf(frame.open), "` is never closed"),
         "opened here"});
  }

  // Closes the innermost bracket where the author should have.
  void CloseTop() {
    const Frame frame = top();
    if (frame.body && out_.back().kind != TokenKind::kNewline &&
        out_.back().begin != frame.open.begin) {
      Insert(TokenKind::kNewline);
    }
    PopFrame();
    Insert(Closer(frame.open.kind));
    out_.back().bad = true;  // its line has had its report
  }

  // Closes lists and parentheses up to the next brace; one report, about the
  // outermost.
  void CloseGroups() {
    size_t outermost = frames_.size() - 1;
    while (Grouping(frames_[outermost - 1])) --outermost;
    ReportUnclosed(frames_[outermost]);
    while (frames_.size() > outermost) CloseTop();
  }

  void CloseByIndentation(const Token& token) {
    if (token.kind != TokenKind::kIdentifier &&
        token.kind != TokenKind::kRightBrace) {
      return;
    }
    const uint32_t indentation = IndentationOf(token.begin);
    // A closing brace belongs to the innermost line that begins where it does;
    // anything else must stand right of the line whose brace it is in.
    auto left_behind = [&](const Frame& frame) {
      return token.kind == TokenKind::kRightBrace
                 ? indentation < frame.indentation
                 : indentation <= frame.indentation;
    };
    while (frames_.size() > 1 && left_behind(top())) {
      ReportUnclosed(top());
      CloseTop();
      if (top().body) {
        Insert(TokenKind::kNewline);
        top().assigned = false;
      }
    }
  }

  void CheckDepth(const Token& token) {
    if (frames_.size() - 1 + conditions_ <= kNestingLimit) return;
    too_deep_ = true;
    findings_ = {{&kTooDeep, SpanOf(token),
                  diag::Cat("brackets are nested deeper than ", kNestingLimit,
                            " levels; nothing in this file was read"),
                  diag::Cat("level ", kNestingLimit + 1)}};
  }

  void Open(const Token& token) {
    const bool body =
        token.kind == TokenKind::kLeftBrace && top().body && !top().assigned;
    const bool last_comma = !body && MayEndWithComma(token.kind);
    interpolations_ += token.kind == TokenKind::kInterpolation;
    Put(token);
    frames_.push_back(
        {.open = token,
         .body = body,
         .last_comma = last_comma,
         .indentation = by_indentation_ ? IndentationOf(token.begin) : 0});
    CheckDepth(token);
  }

  // A list, an object or the arguments of a call, but no index.
  bool MayEndWithComma(TokenKind open) const {
    switch (open) {
      case TokenKind::kLeftBrace:
        return true;
      case TokenKind::kLeftBracket:
        return !EndsValue();
      default:
        return LastKind() == TokenKind::kIdentifier;
    }
  }

  void DropLastComma() {
    if (!top().last_comma || top().loop || LastKind() != TokenKind::kComma) {
      return;
    }
    const Token& before = out_[out_.size() - 2];
    if (before.begin != top().open.begin &&
        before.kind != TokenKind::kEllipsis) {
      out_.pop_back();
    }
  }

  void PopFrame() {
    EndElement();
    interpolations_ -= top().open.kind == TokenKind::kInterpolation;
    frames_.pop_back();
  }

  void Close(const Token& token) {
    // The innermost bracket that this one could close, no further out than the
    // item it is in: a stray `]` does not end a block.
    size_t match = frames_.size() - 1;
    while (match > 0 && Closer(frames_[match].open.kind) != token.kind) {
      const bool outermost =
          frames_[match].body ||
          frames_[match].open.kind == TokenKind::kInterpolation;
      if (outermost) {
        match = 0;
        break;
      }
      --match;
    }
    if (match == 0) {
      findings_.push_back(
          {&kUnopened, SpanOf(token),
           diag::Cat("this `", TextOf(token), "` closes nothing"), ""});
      return;
    }
    if (match + 1 < frames_.size()) ReportUnclosed(frames_[match + 1]);
    const bool line_end_lost = match + 1 < frames_.size() && !top().body &&
                               in_[at_ - 1].kind == TokenKind::kNewline;
    while (frames_.size() > match + 1) CloseTop();
    // The list that was still open had taken the line end for its own.
    if (line_end_lost && top().body) Insert(TokenKind::kNewline);
    if (!top().body && LastKind() == TokenKind::kNewline) out_.pop_back();
    DropLastComma();
    PopFrame();
    Put(token);
  }

  void Finish() {
    if (frames_.size() == 1) return;
    left_open_ = true;
    // Most often one brace is missing; the innermost is as good a guess as any.
    // It is none where a comment or heredoc without an end has swallowed the
    // rest of the file.
    const auto last = std::find_if(
        out_.rbegin(), out_.rend(),
        [](const Token& token) { return token.kind != TokenKind::kNewline; });
    const bool swallowed =
        last != out_.rend() && last->bad && last->end == text_.size();
    if (!swallowed) ReportUnclosed(top());
    while (frames_.size() > 1) {
      CloseTop();
      if (top().body) Insert(TokenKind::kNewline);
    }
  }

  const FileId file_;
  const std::string_view text_;
  const std::vector<Token>& in_;
  const bool by_indentation_;
  std::vector<Finding> findings_;
  std::vector<Token> out_;
  std::vector<Frame> frames_;
  size_t at_ = 0;
  size_t in_place_ = 0;  // where a for expression has its `in`
  uint32_t conditions_ = 0;
  uint32_t interpolations_ = 0;
  bool too_deep_ = false;
  bool left_open_ = false;
};

}  // namespace

std::vector<Token> LayOut(FileId file, std::string_view text,
                          const std::vector<Token>& tokens, diag::Sink& sink) {
  Layout plain(file, text, tokens, false);
  plain.Run();
  if (!plain.left_open()) return plain.Take(sink);
  // Indentation is believed only where it makes sense of every bracket.
  Layout guided(file, text, tokens, true);
  guided.Run();
  if (guided.Count(kUnopened) > plain.Count(kUnopened)) return plain.Take(sink);
  return guided.Take(sink);
}

}  // namespace pol::syntax
