#include "compiler/automata/identity_regions.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "compiler/automata/region_automaton.h"
#include "compiler/automata/region_members.h"
#include "compiler/support/check.h"
#include "compiler/support/view.h"

namespace pol::automata {
namespace {

using NamedTexts = absl::flat_hash_set<std::string_view>;

// The trust domains are what limits IDs least: one that no pattern has.
values::SpiffeId OtherId(const RegionAutomaton& automaton,
                         const NamedTexts& named) {
  for (int i = 1;; ++i) {
    std::string name = i == 1 ? "other" : absl::StrCat("other-", i);
    std::string text = absl::StrCat("spiffe://", name);
    if (automaton.HasTrustDomain(name) || named.contains(text)) continue;
    return *values::SpiffeId::Parse(text);
  }
}

// The shortest ID that ends in one of the states and is not named.
std::optional<std::string> Example(RegionAutomaton& automaton,
                                   const std::vector<uint32_t>& states,
                                   const NamedTexts& named,
                                   std::unique_ptr<Arrivals>& arrivals) {
  const std::string* shortest = nullptr;
  for (uint32_t state : states) {
    const std::string& text = automaton.states()[state].shortest;
    if (shortest == nullptr || ComesBefore(text, *shortest)) {
      shortest = &text;
    }
  }
  if (shortest->size() > values::kMaxSpiffeIdLength) return std::nullopt;
  if (!named.contains(*shortest)) return *shortest;
  if (arrivals == nullptr) arrivals = std::make_unique<Arrivals>(automaton);
  RegionMembers members(automaton, *arrivals, states);
  while (std::optional<std::string> member = members.Next()) {
    if (!named.contains(*member)) return member;
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<IdentityRegions> PartitionIdentities(
    absl::Span<const values::SpiffeId> named,
    absl::Span<const values::SpiffePattern> patterns, RegionLimits limits) {
  POL_ASSIGN_OR_RETURN(std::unique_ptr<RegionAutomaton> automaton,
                       RegionAutomaton::Build(patterns, limits));
  const PatternSets& sets = automaton->sets();
  IdentityRegions regions;
  NamedTexts texts;
  texts.reserve(named.size());
  for (const values::SpiffeId& id : named) {
    texts.insert(id.text());
    uint32_t state = automaton->Run(id);
    regions.named.push_back(state == RegionAutomaton::kDead
                                ? PatternSet()
                                : sets[automaton->states()[state].matched]);
  }
  std::vector<std::vector<uint32_t>> states(sets.size());
  for (uint32_t i = 0; i < automaton->states().size(); ++i) {
    states[automaton->states()[i].matched].push_back(i);
  }
  std::unique_ptr<Arrivals> arrivals;
  for (uint32_t set = 1; set < sets.size(); ++set) {
    if (states[set].empty()) continue;
    std::optional<std::string> example =
        Example(*automaton, states[set], texts, arrivals);
    if (!example) continue;
    absl::StatusOr<values::SpiffeId> id = values::SpiffeId::Parse(*example);
    POL_CHECK(id.ok()) << *example << ": " << id.status().ToString();
    regions.regions.push_back({*std::move(id), sets[set]});
  }
  std::sort(regions.regions.begin(), regions.regions.end(),
            [](const IdentityRegion& a, const IdentityRegion& b) {
              return a.example < b.example;
            });
  regions.regions.insert(regions.regions.begin(),
                         {OtherId(*automaton, texts), {}});
  return regions;
}

}  // namespace pol::automata
