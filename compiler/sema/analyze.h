// Ast to Model: names resolved, values typed, contradictions found.
#ifndef POL_COMPILER_SEMA_ANALYZE_H_
#define POL_COMPILER_SEMA_ANALYZE_H_

#include <string>

#include "absl/types/span.h"
#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// The files of one module, in any order: names are shared between them. What is
// wrong goes to the sink; a block with an error is left out, so the Model is
// complete when the sink has no errors, and must not be compiled otherwise.
Model Analyze(absl::Span<const syntax::Ast> files,
              const support::SourceSet& sources, diag::Sink& sink);

// The model as text, a line or two for each noun, for tests and
// `--print=model`.
std::string Dump(const Model& model, const support::SourceSet& sources);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_ANALYZE_H_
