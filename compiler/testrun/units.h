// Identities as the author of a policy sees them: one by one where they are
// named, together where only patterns speak of them.
#ifndef POL_COMPILER_TESTRUN_UNITS_H_
#define POL_COMPILER_TESTRUN_UNITS_H_

#include <cstddef>
#include <vector>

#include "compiler/ir/identity_classes.h"
#include "compiler/ir/rule_set.h"

namespace pol::testrun {

class Units {
 public:
  // So many of a set are looked at one by one.
  static constexpr size_t kPerSet = 8;

  // `classes` are those of `rules`; both stay where they are.
  Units(const ir::RuleSet& rules, const ir::IdentityClasses& classes);

  // Each identity of a set is one unit, but all that no rule tells from the
  // members of a region are one with it: an id that only a test names is
  // nothing new. Of more than kPerSet some, evenly spaced, and `sampled` is
  // set.
  std::vector<ir::IdentitySet> Of(ir::SetNumber set, bool& sampled) const;

  // The unit that an identity belongs to.
  ir::IdentitySet With(ir::IdentityNumber identity) const;

 private:
  const ir::RuleSet& rules_;
  const ir::IdentityClasses& classes_;
  std::vector<ir::IdentitySet> members_;  // by class
  std::vector<bool> has_region_;          // by class
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_UNITS_H_
