#include "compiler/network/classes.h"

#include <map>
#include <tuple>

namespace pol::network {
namespace {

// What the rules can see of an identity. Rules are visited in order, so equal
// sets of rules are equal vectors.
struct Signature {
  bool governed_ingress = false;
  bool governed_egress = false;
  std::vector<size_t> source_of;
  std::vector<size_t> target_of;

  friend auto operator<=>(const Signature&, const Signature&) = default;
};

}  // namespace

Classes BuildClasses(const ir::RuleSet& rules) {
  std::vector<Signature> signatures(rules.named);
  for (size_t i = 0; i < rules.named; ++i) {
    signatures[i].governed_ingress = rules.identities[i].governed_ingress;
    signatures[i].governed_egress = rules.identities[i].governed_egress;
  }
  for (size_t rule = 0; rule < rules.rules.size(); ++rule) {
    for (ir::IdentityNumber source : rules.sources(rules.rules[rule])) {
      if (source >= rules.named) break;  // regions stand behind the rest
      signatures[source].source_of.push_back(rule);
    }
    for (ir::IdentityNumber target : rules.targets(rules.rules[rule])) {
      if (target >= rules.named) break;
      signatures[target].target_of.push_back(rule);
    }
  }
  Classes classes;
  std::map<Signature, ClassNumber> known;
  for (size_t i = 0; i < signatures.size(); ++i) {
    auto [entry, is_new] = known.try_emplace(
        signatures[i], static_cast<ClassNumber>(known.size()));
    if (is_new)
      classes.representatives.push_back(static_cast<ir::IdentityNumber>(i));
    classes.of.push_back(entry->second);
  }
  return classes;
}

}  // namespace pol::network
