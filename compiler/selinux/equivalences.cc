#include "compiler/selinux/equivalences.h"

#include <utility>
#include <vector>

#include "compiler/support/paths.h"

namespace pol::selinux {

filecontexts::Substitutions Equivalences(const ir::RuleSet& rules) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const ir::SelinuxEquivalence& one : rules.equivalences)
    pairs.emplace_back(one.path, one.equal_to);
  return filecontexts::Substitutions(std::move(pairs));
}

const ir::SelinuxEquivalence* EquivalenceOf(const ir::RuleSet& rules,
                                            std::string_view path) {
  const ir::SelinuxEquivalence* last = nullptr;
  for (const ir::SelinuxEquivalence& one : rules.equivalences) {
    if (support::IsAtOrBelow(path, one.path)) last = &one;
  }
  return last;
}

}  // namespace pol::selinux
