// Whether two rule sets decide alike, everywhere and at all times.
#ifndef POL_COMPILER_ANALYSIS_EQUIVALENT_H_
#define POL_COMPILER_ANALYSIS_EQUIVALENT_H_

#include <cstdint>
#include <optional>

#include "compiler/analysis/space.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

// A connection that two rule sets decide differently: another verdict, or
// another requirement.
struct Disagreement {
  ir::Connection connection;
  int64_t at = kForever;  // with the rules of each that hold until then
  ir::Decision a;         // rules by their position in the first rule set
  ir::Decision b;         // and in the second
};

// Unset when every connection is decided alike, by whichever rules. Rules under
// `mode = "audit"` decide nothing.
//
// Needs: identities numbered alike. A region is what no name and no pattern
// tells apart, so both are to be lowered against the names and patterns of both
// together; then the same number is the same SPIFFE ID, or a region with the
// same members. An identity may be governed in one and not in the other.
std::optional<Disagreement> FindDifference(const ir::RuleSet& a,
                                           const ir::RuleSet& b);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_EQUIVALENT_H_
