// One thing that the author of a policy should know.
#ifndef POL_COMPILER_DIAG_DIAGNOSTIC_H_
#define POL_COMPILER_DIAG_DIAGNOSTIC_H_

#include <string>
#include <vector>

#include "compiler/diag/code.h"
#include "compiler/support/source.h"

namespace pol::diag {

using support::Span;

// Another place that belongs to the story, with what to see there.
struct Label {
  Span span;
  std::string text;
};

// Replaces the bytes of a span.
struct Edit {
  Span span;
  std::string replacement;
};

// Certain: keeps what the author meant and may be made without asking.
// Possible: a guess.
enum class Certainty { kCertain, kPossible };

// A way out. The edits of one fix do not overlap and belong together.
struct Fix {
  std::string title;
  std::vector<Edit> edits;
  Certainty certainty = Certainty::kPossible;
};

// Plain data; the functions fill it in the form
//
//   sink.Report(kUnknownName, span, "unknown workload `x`")
//       .Mark("not declared in this module")
//       .Help("…");
//
// Messages are one line, in lower case, quote what was written in backticks and
// have no full stop. They may hold any bytes; the renderers make them safe to
// print.
struct Diagnostic {
  const Code* code = nullptr;  // of static storage
  std::string message;
  Span span;
  std::string mark;  // stands after the carets; may be empty
  std::vector<Label> labels;
  std::vector<std::string> notes;
  std::vector<std::string> helps;
  std::vector<Fix> fixes;

  Severity severity() const { return code->severity; }

  Diagnostic& Mark(std::string text);
  Diagnostic& Also(Span place, std::string text);
  Diagnostic& Note(std::string text);
  Diagnostic& Help(std::string text);
  Diagnostic& Suggest(std::string title, std::vector<Edit> edits,
                      Certainty certainty);
};

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_DIAGNOSTIC_H_
