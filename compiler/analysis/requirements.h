// What allows ask of a connection together, and whether that can be met.
#ifndef POL_COMPILER_ANALYSIS_REQUIREMENTS_H_
#define POL_COMPILER_ANALYSIS_REQUIREMENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/space.h"

namespace pol::analysis {

// Whether `allows` together ask for all that `rule` asks for, so that it adds
// nothing to them.
bool Absorb(const ir::RuleSet& rules, const std::vector<size_t>& allows,
            const ir::Rule& rule);

// Those of `allows` that ask for a list that they cannot meet together; empty
// when they can all be met.
std::vector<size_t> UnmeetableOf(const ir::RuleSet& rules,
                                 const std::vector<size_t>& allows);

struct Contradiction {
  std::vector<size_t> others;  // ascending
  Point point;
  int64_t at = kForever;
};

// Whether within `box`, at a connection that no deny stops, the names that
// `rule` asks for and those that later rules ask for have nothing in common,
// while the others have. No rule of the answer can be left out.
std::optional<Contradiction> FindContradiction(const Space& space, size_t rule,
                                               ir::TlsList list,
                                               const Box& box);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_REQUIREMENTS_H_
