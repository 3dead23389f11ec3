// The SPIFFE IDs and patterns that numbers are given to.
#ifndef POL_COMPILER_LOWER_UNIVERSE_H_
#define POL_COMPILER_LOWER_UNIVERSE_H_

#include <vector>

#include "compiler/sema/model.h"
#include "compiler/values/spiffe_id.h"
#include "compiler/values/spiffe_pattern.h"

namespace pol::lower {

// More names than a Model's own: two RuleSets that are to be compared are
// lowered over the names of both.
struct Universe {
  std::vector<values::SpiffeId> identities;
  std::vector<values::SpiffePattern> patterns;
};

Universe UniverseOf(const sema::Model& model);

}  // namespace pol::lower

#endif  // POL_COMPILER_LOWER_UNIVERSE_H_
