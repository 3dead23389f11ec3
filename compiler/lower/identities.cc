#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_join.h"
#include "compiler/automata/identity_regions.h"
#include "compiler/diag/cat.h"
#include "compiler/lower/diagnostics.h"
#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

// Whether something speaks of identities that have no name.
bool NeedsRegions(const sema::Model& model, const Universe& universe) {
  if (!model.patterns.empty() || !universe.patterns.empty()) return true;
  auto open = [](const sema::Peers& peers) { return peers.any; };
  return !model.invariants.empty() ||
         std::any_of(model.policies.begin(), model.policies.end(),
                     [&](const sema::Policy& policy) {
                       return open(policy.sources) || open(policy.targets);
                     }) ||
         std::any_of(model.identity_sets.begin(), model.identity_sets.end(),
                     [&](const sema::IdentitySet& set) {
                       return open(set.include) || open(set.exclude);
                     });
}

class Numberer {
 public:
  Numberer(const sema::Model& model, const Universe& universe,
           const support::SourceSet& sources, diag::Sink& sink,
           ir::RuleSet& rules)
      : model_(model),
        universe_(universe),
        sources_(sources),
        sink_(sink),
        rules_(rules) {}

  Numbering Run() {
    AddNamed();
    std::set<values::SpiffePattern> known;
    for (const sema::Pattern& pattern : model_.patterns) {
      patterns_.push_back(pattern.pattern);
      known.insert(pattern.pattern);
    }
    for (const values::SpiffePattern& pattern : universe_.patterns) {
      if (known.insert(pattern).second) patterns_.push_back(pattern);
    }
    numbering_.patterns.resize(patterns_.size());
    if (NeedsRegions(model_, universe_)) AddRegions();
    numbering_.patterns.resize(model_.patterns.size());
    numbering_.count =
        static_cast<ir::IdentityNumber>(rules_.identities.size());
    ResolveSets();
    return std::move(numbering_);
  }

 private:
  void AddNamed() {
    std::map<values::SpiffeId, ir::Origin> named;
    for (const values::SpiffeId& id : universe_.identities) named[id] = {};
    for (const sema::Identity& identity : model_.identities) {
      named[identity.id] = OriginOf(sources_, identity.span);
    }
    rules_.identities.resize(1);
    absl::flat_hash_map<std::string, ir::IdentityNumber> number_of;
    for (const auto& [id, origin] : named) {
      number_of[id.text()] =
          static_cast<ir::IdentityNumber>(rules_.identities.size());
      ir::Identity identity;
      identity.id = id;
      identity.origin = origin;
      rules_.identities.push_back(std::move(identity));
    }
    rules_.named = static_cast<ir::IdentityNumber>(rules_.identities.size());
    for (const sema::Identity& identity : model_.identities) {
      numbering_.identities.push_back(number_of[identity.id.text()]);
    }
  }

  void AddRegions() {
    std::vector<values::SpiffeId> named;
    for (size_t i = 1; i < rules_.identities.size(); ++i) {
      named.push_back(rules_.identities[i].id);
    }
    auto parted = automata::PartitionIdentities(named, patterns_);
    if (!parted.ok()) {
      const support::Span span =
          model_.patterns.empty() ? support::Span() : model_.patterns[0].span;
      sink_
          .Report(kTooManyRegions, span,
                  diag::Cat("the patterns of this policy part SPIFFE IDs in "
                            "more ways than can be looked at: ",
                            parted.status().message()))
          .Help("patterns with fewer `*` overlap less");
      return;
    }
    for (size_t i = 0; i < parted->named.size(); ++i) {
      Note(parted->named[i], static_cast<ir::IdentityNumber>(i + 1));
    }
    // Examples are told apart by their text; the Model's order must not show.
    auto& regions = parted->regions;
    std::sort(regions.begin(), regions.end(), [](const auto& a, const auto& b) {
      return a.example < b.example;
    });
    for (const automata::IdentityRegion& region : regions) {
      ir::Identity identity;
      identity.id = region.example;
      identity.region = true;
      identity.pattern = Describe(region.patterns);
      Note(region.patterns,
           static_cast<ir::IdentityNumber>(rules_.identities.size()));
      rules_.identities.push_back(std::move(identity));
    }
  }

  void Note(const std::vector<uint32_t>& patterns, ir::IdentityNumber number) {
    for (uint32_t pattern : patterns) {
      numbering_.patterns[pattern].push_back(number);
    }
  }

  std::string Describe(const std::vector<uint32_t>& patterns) const {
    if (patterns.empty()) return "any other";
    std::vector<std::string> texts;
    for (uint32_t pattern : patterns) {
      texts.push_back(patterns_[pattern].text());
    }
    std::sort(texts.begin(), texts.end());
    texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
    return absl::StrJoin(texts, " and ");
  }

  // Sets before those that speak of them; there is no cycle.
  void ResolveSets() {
    const auto& sets = model_.identity_sets;
    numbering_.sets.resize(sets.size());
    std::vector<bool> done(sets.size());
    std::vector<sema::SetRef> stack;
    for (sema::SetRef start = 0; start < sets.size(); ++start) {
      stack.push_back(start);
      while (!stack.empty()) {
        const sema::SetRef set = stack.back();
        const size_t before = stack.size();
        for (const sema::Peers* part :
             {&sets[set].include, &sets[set].exclude}) {
          for (sema::SetRef need : part->sets) {
            if (!done[need]) stack.push_back(need);
          }
        }
        if (stack.size() != before) continue;
        stack.pop_back();
        if (done[set]) continue;
        done[set] = true;
        const ir::IdentitySet in = numbering_.Of(sets[set].include);
        const ir::IdentitySet out = numbering_.Of(sets[set].exclude);
        std::set_difference(in.begin(), in.end(), out.begin(), out.end(),
                            std::back_inserter(numbering_.sets[set]));
      }
    }
  }

  const sema::Model& model_;
  const Universe& universe_;
  const support::SourceSet& sources_;
  diag::Sink& sink_;
  ir::RuleSet& rules_;
  std::vector<values::SpiffePattern> patterns_;
  Numbering numbering_;
};

}  // namespace

Universe UniverseOf(const sema::Model& model) {
  Universe universe;
  for (const sema::Identity& identity : model.identities) {
    universe.identities.push_back(identity.id);
  }
  for (const sema::Pattern& pattern : model.patterns) {
    universe.patterns.push_back(pattern.pattern);
  }
  return universe;
}

Numbering AddIdentities(const sema::Model& model, const Universe& universe,
                        const support::SourceSet& sources, diag::Sink& sink,
                        ir::RuleSet& rules) {
  return Numberer(model, universe, sources, sink, rules).Run();
}

}  // namespace pol::lower
