// Diagnostics as text for people and as JSON for programs.
#ifndef POL_COMPILER_DIAG_RENDER_H_
#define POL_COMPILER_DIAG_RENDER_H_

#include <string>

#include "absl/types/span.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/support/source.h"

namespace pol::diag {

struct TextOptions {
  bool color = false;  // ANSI escapes around severity, carets and gutter
};

// In the order given, one empty line between two, a line end at the end:
//
//   error[P2003]: unknown workload `postgress`
//     --> db.pol:12:21
//   12 |   target = workload.postgress
//      |                     ^^^^^^^^^ not declared in this module
//      = help: did you mean `postgres`? declared at db.pol:3:10
//
// No byte of a source file or of a message reaches the output that is not
// printable; a long source line is shown around its carets. Nothing for no
// diagnostics.
std::string RenderText(absl::Span<const Diagnostic> diagnostics,
                       const support::SourceSet& sources, TextOptions options);

// One object: format_version ("1.1"; the minor number grows by additions only),
// diagnostics, errors, warnings, notes. A span has its file's name, and start
// and end with line and column (from 1, in code points) and byte offset (from
// 0). Ends with a line end.
std::string RenderJson(absl::Span<const Diagnostic> diagnostics,
                       const support::SourceSet& sources);

// "db.pol:12:21".
std::string Place(const support::SourceSet& sources, Span span);

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_RENDER_H_
