#include "compiler/ir/identity_classes.h"

#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "compiler/support/check.h"

namespace pol::ir {
namespace {

// Lists of set numbers, one for each of some items, in one piece.
struct Lists {
  std::vector<uint32_t> starts;
  std::vector<SetNumber> values;

  absl::Span<const SetNumber> operator[](size_t item) const {
    return absl::MakeConstSpan(values).subspan(starts[item],
                                               starts[item + 1] - starts[item]);
  }
};

// For each item, the sets that hold it, ascending.
Lists Invert(const std::vector<std::vector<uint32_t>>& sets, size_t items) {
  Lists lists;
  lists.starts.assign(items + 1, 0);
  for (const auto& set : sets) {
    for (uint32_t item : set) ++lists.starts[item + 1];
  }
  for (size_t i = 0; i < items; ++i) lists.starts[i + 1] += lists.starts[i];
  lists.values.resize(lists.starts[items]);
  std::vector<uint32_t> next(lists.starts.begin(), lists.starts.end() - 1);
  for (SetNumber number = 0; number < sets.size(); ++number) {
    for (uint32_t item : sets[number]) lists.values[next[item]++] = number;
  }
  return lists;
}

}  // namespace

IdentityClasses BuildIdentityClasses(const RuleSet& rules,
                                     absl::Span<const uint32_t> colours) {
  POL_CHECK(colours.empty() || colours.size() == rules.identities.size())
      << "one colour for each identity";
  Lists memberships = Invert(rules.sets, rules.identities.size());
  using Signature =
      std::tuple<bool, bool, uint32_t, absl::Span<const SetNumber>>;
  absl::flat_hash_map<Signature, IdentityClass> known;
  IdentityClasses classes;
  classes.of.reserve(rules.identities.size());
  for (size_t i = 0; i < rules.identities.size(); ++i) {
    const Identity& identity = rules.identities[i];
    Signature signature = {identity.governed_ingress, identity.governed_egress,
                           colours.empty() ? 0 : colours[i], memberships[i]};
    auto [entry, is_new] = known.try_emplace(
        signature, static_cast<IdentityClass>(classes.size()));
    if (is_new)
      classes.representatives.push_back(static_cast<IdentityNumber>(i));
    classes.of.push_back(entry->second);
  }
  // A class is in a set when its lowest identity is; classes ascend with it.
  classes.sets.resize(rules.sets.size());
  for (SetNumber number = 0; number < rules.sets.size(); ++number) {
    for (IdentityNumber identity : rules.sets[number]) {
      IdentityClass of = classes.of[identity];
      if (classes.representatives[of] == identity)
        classes.sets[number].push_back(of);
    }
  }
  Lists containing = Invert(classes.sets, classes.size());
  classes.containing_starts = std::move(containing.starts);
  classes.containing = std::move(containing.values);
  return classes;
}

}  // namespace pol::ir
