// Diagnostics as SARIF, the format that code hosts and review tools read.
#ifndef POL_COMPILER_DIAG_RENDER_SARIF_H_
#define POL_COMPILER_DIAG_RENDER_SARIF_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/support/source.h"

namespace pol::diag {

struct SarifOptions {
  std::string_view version = "";  // of the program
  // Where the files of the policy are, as the caller named it: in front of the
  // names of files. Relative, so that a host finds them in the repository from
  // whose top the program was started; "" or "." for the folder itself.
  std::string_view folder = "";
  size_t left_out = 0;  // diagnostics beyond the limit of a sink
};

// One log with one run, in the order given; a rule for each code that occurs,
// with what `help` says about it (Markdown). Follows SARIF 2.1.0 (OASIS
// Standard): columns count code points, an end column is the first one after,
// braces in messages are doubled. The same diagnostics give the same bytes.
std::string RenderSarif(absl::Span<const Diagnostic> diagnostics,
                        const support::SourceSet& sources,
                        const SarifOptions& options,
                        absl::FunctionRef<std::string(const Code&)> help);

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_RENDER_SARIF_H_
