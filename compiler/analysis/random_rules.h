// Random rule sets for tests.
#ifndef POL_COMPILER_ANALYSIS_RANDOM_RULES_H_
#define POL_COMPILER_ANALYSIS_RANDOM_RULES_H_

#include <cstdint>
#include <random>

#include "compiler/ir/rule_set.h"

namespace pol::analysis {

struct Shape {
  uint32_t identities = 6;  // the unknown one and regions included
  uint32_t rules = 6;
  uint32_t ports = 4;  // 1 to this
  uint32_t invariants = 2;
  uint32_t dates = 2;  // different ends of rules, besides none
};

class RandomRules {
 public:
  explicit RandomRules(uint32_t seed) : random_(seed) {}

  // Up to the numbers of `shape`; Verify() accepts it.
  ir::RuleSet Make(const Shape& shape);
  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(random_() % bound);
  }

 private:
  ir::IdentitySet SomeIdentities(const ir::RuleSet& rules);
  std::vector<values::PortRange> SomePorts(const Shape& shape);
  std::vector<std::string> SomeNames();
  void AddRule(const Shape& shape, ir::RuleSet& rules);
  void AddInvariant(const Shape& shape, ir::RuleSet& rules);

  std::mt19937 random_;
};

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_RANDOM_RULES_H_
