// Ast to Model: names resolved, expressions evaluated, values typed,
// contradictions found.
#ifndef POL_COMPILER_SEMA_ANALYZE_H_
#define POL_COMPILER_SEMA_ANALYZE_H_

#include <cstddef>
#include <string>

#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"
#include "compiler/sema/module_tree.h"
#include "compiler/support/source.h"

namespace pol::sema {

// Policies after every module has been called.
inline constexpr size_t kRuleLimit = 1'000'000;

// The files of a module may come in any order: names are shared between them.
// What is wrong goes to the sink; a block with an error is left out, so the
// Model is complete when the sink has no errors, and must not be compiled
// otherwise.
Model Analyze(const ModuleTree& tree, const support::SourceSet& sources,
              diag::Sink& sink);

// The model as text, a line or two for each noun, for tests and
// `--print=model`.
std::string Dump(const Model& model, const support::SourceSet& sources);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_ANALYZE_H_
