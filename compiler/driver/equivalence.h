// `equivalent_to = "git:REV"`: whether a policy decides as it did.
#ifndef POL_COMPILER_DRIVER_EQUIVALENCE_H_
#define POL_COMPILER_DRIVER_EQUIVALENCE_H_

#include <string>

#include "compiler/diag/sink.h"
#include "compiler/driver/compile.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"

namespace pol::driver {

// Reports each statement of the model that is not true, with a connection that
// is decided in another way. `folder` is the policy's own on the disk. A Status
// says that a revision could not be read or has mistakes itself.
absl::Status CheckEquivalences(const sema::Model& model,
                               const support::SourceSet& sources,
                               const Options& options,
                               const std::string& folder, diag::Sink& sink);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_EQUIVALENCE_H_
