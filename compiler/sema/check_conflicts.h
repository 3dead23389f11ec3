// Parts of a Model that cannot both be meant.
#ifndef POL_COMPILER_SEMA_CHECK_CONFLICTS_H_
#define POL_COMPILER_SEMA_CHECK_CONFLICTS_H_

#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"

namespace pol::sema {

// One process or one address with two identities, one file in two blocks, one
// path expression with two contexts. The later of the two is reported, with the
// earlier as a label.
void CheckConflicts(const Model& model, diag::Sink& sink);

// Identity sets that are defined by themselves.
void CheckSetCycles(const Model& model, diag::Sink& sink);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_CHECK_CONFLICTS_H_
