// Which of the rules that match a connection decide about it for good: the
// judges that most questions about covers are made of.
#ifndef POL_COMPILER_ANALYSIS_COVERS_H_
#define POL_COMPILER_ANALYSIS_COVERS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "compiler/analysis/space.h"

namespace pol::analysis {

// Whether a deny among `matching` holds until `until` at least; the one that
// matches most becomes the reason. `usable` may leave rules out.
bool CoveredByDeny(const Space& space, const std::vector<size_t>& matching,
                   int64_t until, std::vector<size_t>& because);
bool CoveredByDeny(const Space& space, const std::vector<size_t>& matching,
                   absl::FunctionRef<bool(size_t)> usable,
                   std::vector<size_t>& because);

// Whether the usable allows among `matching` ask for all that `rule` asks for;
// few of them become the reason.
bool CoveredByAllows(const Space& space, const std::vector<size_t>& matching,
                     const ir::Rule& rule,
                     absl::FunctionRef<bool(size_t)> usable,
                     std::vector<size_t>& because);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_COVERS_H_
