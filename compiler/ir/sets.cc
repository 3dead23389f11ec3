#include "compiler/ir/sets.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/support/check.h"

namespace pol::ir {
namespace {

// Every number that refers to a set.
template <typename Visit>
void ForEachUse(RuleSet& rules, Visit visit) {
  for (Rule& rule : rules.rules) {
    visit(rule.sources);
    visit(rule.targets);
  }
  for (Invariant& invariant : rules.invariants) {
    visit(invariant.sources);
    visit(invariant.targets);
  }
}

}  // namespace

SetNumber AddSet(RuleSet& rules, IdentitySet members) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  rules.sets.push_back(std::move(members));
  return static_cast<SetNumber>(rules.sets.size() - 1);
}

void SortSets(RuleSet& rules) {
  std::vector<bool> used(rules.sets.size());
  ForEachUse(rules, [&](SetNumber& number) {
    POL_CHECK(number < used.size()) << "set out of range";
    used[number] = true;
  });
  std::vector<SetNumber> order(rules.sets.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](SetNumber a, SetNumber b) {
    return rules.sets[a] < rules.sets[b];
  });
  std::vector<SetNumber> renumbered(rules.sets.size());
  std::vector<IdentitySet> sorted;
  for (SetNumber old : order) {
    if (!used[old]) continue;
    if (sorted.empty() || sorted.back() != rules.sets[old])
      sorted.push_back(std::move(rules.sets[old]));
    renumbered[old] = static_cast<SetNumber>(sorted.size() - 1);
  }
  rules.sets = std::move(sorted);
  ForEachUse(rules, [&](SetNumber& number) { number = renumbered[number]; });
}

}  // namespace pol::ir
