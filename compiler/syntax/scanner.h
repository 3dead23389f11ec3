// One pass over a text, token by token; scan.h is its face.
#ifndef POL_COMPILER_SYNTAX_SCANNER_H_
#define POL_COMPILER_SYNTAX_SCANNER_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/scan.h"
#include "compiler/syntax/token.h"

namespace pol::syntax {

class Scanner {
 public:
  Scanner(support::FileId file, std::string_view text, diag::Sink& sink,
          ScanOptions options)
      : file_(file), text_(text), sink_(sink), options_(options) {}

  std::vector<Token> Run();

 private:
  // A template or an interpolation that is open.
  struct Mode {
    enum Kind : uint8_t { kQuoted, kHeredoc, kInterpolation };
    Kind kind;
    size_t begin;
    std::string_view marker;  // of a heredoc
    size_t braces = 0;        // of an interpolation
  };
  struct HeredocHead {
    std::string_view marker;
    size_t line_end;
    size_t next_line;
  };

  char Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  support::Span From(size_t begin, size_t end) const {
    return {file_, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  size_t LineEnd(size_t from) const;
  void Emit(TokenKind kind, size_t end, bool bad = false);
  diag::Diagnostic& Report(const diag::Code& code, support::Span span,
                           std::string message);

  // scan.cc
  void Next();
  void Word(char c);
  bool Punctuation(char c);
  void LineComment();
  void Comment();
  size_t Digits(size_t from) const;
  void Number();
  void Brace(char c);
  void SingleQuoted();
  void Unexpected();

  // scan_strings.cc
  void String();
  void RawString();
  void Heredoc();
  std::optional<HeredocHead> ReadHeredocHead() const;
  // Where the closing marker ends, from the line that begins at `line`.
  std::optional<size_t> FindHeredocEnd(size_t line,
                                       std::string_view marker) const;
  bool HasInterpolation(size_t line, std::string_view marker) const;
  bool IsMarkerLine(size_t line, std::string_view marker, size_t& end) const;
  void QuotedText();
  void HeredocText();
  size_t TextEnd(size_t from, bool quoted) const;
  bool IsEndless(size_t open);
  void Open(Mode mode);
  void BeginInterpolation(size_t text_end);
  void EndInterpolation(size_t end);
  void EndTemplate(size_t text_end, size_t end);
  void Abandon();
  void EmitBroken();
  // What begins here has no end: neither has any template around it.
  void LoseRest(TokenKind kind, const diag::Code& code, support::Span span,
                std::string message, std::string mark = "");

  const support::FileId file_;
  const std::string_view text_;
  diag::Sink& sink_;
  const ScanOptions options_;
  size_t at_ = 0;
  std::vector<Token> tokens_;

  // Inside of templates: what is open, outermost first. Whether the outermost
  // has an end shows only there, so what was found since is held back.
  std::vector<Mode> modes_;
  size_t tokens_before_ = 0;
  std::vector<diag::Diagnostic> held_;
  bool directive_reported_ = false;
  bool line_start_ = false;  // of a heredoc's text
  // Templates known to have no end, with the interpolation that has none (or
  // 0); without it many of them would cost the square of their number.
  std::map<size_t, size_t> endless_;
  size_t wasted_ = 0;  // bytes read in vain
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_SCANNER_H_
