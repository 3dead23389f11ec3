#include <algorithm>
#include <string>
#include <string_view>

#include "compiler/diag/cat.h"
#include "compiler/diag/printable.h"
#include "compiler/diag/render.h"

namespace pol::diag {
namespace {

using support::Position;
using support::SourceFile;
using support::SourceSet;

constexpr std::string_view kReset = "\033[0m";
constexpr std::string_view kBold = "\033[1m";
constexpr std::string_view kRed = "\033[1;31m";
constexpr std::string_view kYellow = "\033[1;33m";
constexpr std::string_view kBlue = "\033[1;34m";

// More bytes of a line than this are not shown.
constexpr size_t kLineLimit = 160;
constexpr size_t kBeforeCaret = 60;

bool Continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

// The part of a source line that is shown: [begin, end) of its bytes.
struct Window {
  size_t begin;
  size_t end;
};

Window Around(std::string_view line, size_t caret) {
  if (line.size() <= kLineLimit) return {0, line.size()};
  size_t begin = caret > kBeforeCaret ? caret - kBeforeCaret : 0;
  size_t end = std::min(line.size(), begin + kLineLimit);
  while (begin > 0 && Continues(line[begin])) --begin;
  while (end < line.size() && Continues(line[end])) ++end;
  return {begin, end};
}

class TextRenderer {
 public:
  TextRenderer(const SourceSet& sources, TextOptions options)
      : sources_(sources), options_(options) {}

  std::string Render(absl::Span<const Diagnostic> diagnostics) {
    for (const Diagnostic& diagnostic : diagnostics) {
      if (!out_.empty()) out_ += '\n';
      One(diagnostic);
    }
    return std::move(out_);
  }

 private:
  std::string Paint(std::string_view color, std::string_view text) const {
    if (!options_.color) return std::string(text);
    return Cat(color, text, kReset);
  }

  uint32_t LineOf(Span span) const { return sources_.Locate(span).line; }

  void One(const Diagnostic& diagnostic) {
    uint32_t last_line = LineOf(diagnostic.span);
    for (const Label& label : diagnostic.labels) {
      last_line = std::max(last_line, LineOf(label.span));
    }
    gutter_ = std::max<size_t>(2, std::to_string(last_line).size());
    color_ = diagnostic.severity() == Severity::kError     ? kRed
             : diagnostic.severity() == Severity::kWarning ? kYellow
                                                           : kBlue;

    const std::string head =
        Cat(ToString(diagnostic.severity()), "[", diagnostic.code->Name(), "]");
    out_ += Cat(Paint(color_, head), ": ",
                Paint(kBold, MakePrintable(diagnostic.message).text), "\n");
    Snippet(diagnostic.span, "-->", '^', diagnostic.mark, color_);
    for (const Label& label : diagnostic.labels) {
      Snippet(label.span, ":::", '-', label.text, kBlue);
    }
    for (const std::string& note : diagnostic.notes) Remark("note", note);
    for (const std::string& help : diagnostic.helps) Remark("help", help);
    for (const Fix& fix : diagnostic.fixes) Remark("help", fix.title);
  }

  void Remark(std::string_view kind, std::string_view text) {
    out_ +=
        Cat(std::string(gutter_, ' '), " ", Paint(kBlue, "="), " ",
            Paint(kBold, Cat(kind, ":")), " ", MakePrintable(text).text, "\n");
  }

  void Snippet(Span span, std::string_view arrow, char underline,
               std::string_view text, std::string_view color) {
    const SourceFile& file = sources_.file(span.file);
    const Position position = file.Locate(span.begin);
    const std::string_view line = file.Line(position.line);
    const size_t caret = std::min<size_t>(
        span.begin - file.LineStart(position.line), line.size());
    // A span over several lines is underlined to the end of its first.
    const size_t stop =
        std::clamp<size_t>(caret + (span.end - span.begin), caret, line.size());
    const Window window = Around(line, caret);

    const std::string lead = window.begin > 0 ? "…" : "";
    const std::string trail = window.end < line.size() ? "…" : "";
    const Printable before =
        MakePrintable(line.substr(window.begin, caret - window.begin));
    const size_t shown_stop = std::min(stop, window.end);
    const Printable marked =
        MakePrintable(line.substr(caret, shown_stop - caret));
    const Printable after =
        MakePrintable(line.substr(shown_stop, window.end - shown_stop));

    const std::string number = std::to_string(position.line);
    const std::string pad(gutter_, ' ');
    out_ += Cat(pad, Paint(kBlue, arrow), " ",
                MakePrintable(Place(sources_, span)).text, "\n");
    out_ += Cat(Paint(kBlue, Cat(std::string(gutter_ - number.size(), ' '),
                                 number, " |")),
                line.empty() ? "" : " ", lead, before.text, marked.text,
                after.text, trail, "\n");
    std::string carets(std::max<size_t>(1, marked.columns), underline);
    if (!text.empty()) carets += Cat(" ", MakePrintable(text).text);
    out_ += Cat(pad, " ", Paint(kBlue, "|"), " ",
                std::string(before.columns + (window.begin > 0 ? 1 : 0), ' '),
                Paint(color, carets), "\n");
  }

  const SourceSet& sources_;
  const TextOptions options_;
  std::string out_;
  size_t gutter_ = 2;
  std::string_view color_;
};

}  // namespace

std::string Place(const SourceSet& sources, Span span) {
  const Position position = sources.Locate(span);
  return Cat(sources.file(span.file).name(), ":", position.line, ":",
             position.column);
}

std::string RenderText(absl::Span<const Diagnostic> diagnostics,
                       const SourceSet& sources, TextOptions options) {
  return TextRenderer(sources, options).Render(diagnostics);
}

}  // namespace pol::diag
