#include "compiler/testrun/units.h"

namespace pol::testrun {

Units::Units(const ir::RuleSet& rules, const ir::IdentityClasses& classes)
    : rules_(rules),
      classes_(classes),
      members_(classes.size()),
      has_region_(classes.size()) {
  for (ir::IdentityNumber i = 0; i < rules_.identities.size(); ++i) {
    members_[classes_.of[i]].push_back(i);
    if (rules_.identities[i].region) has_region_[classes_.of[i]] = true;
  }
}

std::vector<ir::IdentitySet> Units::Of(ir::SetNumber set, bool& sampled) const {
  std::vector<ir::IdentitySet> all;
  for (ir::IdentityClass number : classes_.sets[set]) {
    if (has_region_[number]) {
      all.push_back(members_[number]);
    } else {
      for (ir::IdentityNumber member : members_[number])
        all.push_back({member});
    }
  }
  if (all.size() <= kPerSet) return all;
  sampled = true;
  std::vector<ir::IdentitySet> some;
  for (size_t i = 0; i < kPerSet; ++i)
    some.push_back(all[i * all.size() / kPerSet]);
  return some;
}

ir::IdentitySet Units::With(ir::IdentityNumber identity) const {
  const ir::IdentityClass number = classes_.of[identity];
  if (has_region_[number]) return members_[number];
  return {identity};
}

}  // namespace pol::testrun
