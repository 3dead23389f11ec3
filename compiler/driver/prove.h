// What can be said about a policy's rules as a whole.
#ifndef POL_COMPILER_DRIVER_PROVE_H_
#define POL_COMPILER_DRIVER_PROVE_H_

#include <string>

#include "compiler/diag/sink.h"
#include "compiler/driver/compile.h"
#include "compiler/ir/rule_set.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"

namespace pol::driver {

// Reports the findings of the analysis, and invariants that do not hold. With a
// folder, `equivalent_to` is looked at too; a Status says that the world (git,
// most often) did not let us.
absl::Status ProveRules(const sema::Model& model, const ir::RuleSet& rules,
                        const support::SourceSet& sources,
                        const Options& options, const std::string& folder,
                        diag::Sink& sink);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_PROVE_H_
