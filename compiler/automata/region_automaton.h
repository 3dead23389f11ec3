// The automaton that reads a SPIFFE ID segment by segment and ends in a state
// that knows which patterns match it.
//
// A state is the set of the tree's nodes that the segments so far may have led
// to, and the set of patterns whose `**` has begun. From each state a
// transition leaves for every literal that some node goes on with, and one for
// each class of the other segments. Where no node is left, nothing changes any
// more: a *settled* state stays what it is whatever follows.
#ifndef POL_COMPILER_AUTOMATA_REGION_AUTOMATON_H_
#define POL_COMPILER_AUTOMATA_REGION_AUTOMATON_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "compiler/automata/identity_regions.h"
#include "compiler/automata/pattern_tree.h"
#include "compiler/automata/segment_classes.h"
#include "compiler/support/status.h"
#include "compiler/values/spiffe_id.h"

namespace pol::automata {

using PatternSet = std::vector<uint32_t>;  // ascending

// Numbers sets of patterns; number 0 is the empty set.
class PatternSets {
 public:
  PatternSets() { Number({}); }
  uint32_t Number(PatternSet set);
  const PatternSet& operator[](uint32_t number) const { return *sets_[number]; }
  size_t size() const { return sets_.size(); }

 private:
  absl::flat_hash_map<PatternSet, uint32_t> numbers_;
  std::vector<std::unique_ptr<PatternSet>> sets_;
};

class RegionAutomaton {
 public:
  static constexpr uint32_t kDead = UINT32_MAX;  // no pattern can match

  struct Transition {
    uint32_t from = 0;
    uint32_t to = 0;
    bool literal = false;
    uint32_t what = 0;    // the number of a literal, or of a class of `from`
    uint32_t length = 0;  // of its shortest segment
  };

  struct State {
    std::vector<uint32_t> nodes;  // ascending; empty when settled
    uint32_t begun = 0;           // patterns whose `**` matches what follows
    uint32_t matched = 0;         // patterns that match when it ends here
    SegmentClasses* classes = nullptr;
    std::vector<uint32_t> by_class;  // the next state, or kDead
    std::string shortest;            // an ID that leads here
  };

  // Keeps views of the patterns, which outlive it.
  static absl::StatusOr<std::unique_ptr<RegionAutomaton>> Build(
      absl::Span<const values::SpiffePattern> patterns,
      const RegionLimits& limits);

  // The state after the whole ID.
  uint32_t Run(const values::SpiffeId& id) const;

  // The `position`th segment of a transition, none of which is a literal of
  // another one; `position` goes on to the one behind it.
  std::optional<std::string_view> NextSegment(const Transition& transition,
                                              size_t& position);

  const std::vector<State>& states() const { return states_; }
  const std::vector<Transition>& transitions() const { return transitions_; }
  const PatternSets& sets() const { return sets_; }
  bool HasTrustDomain(std::string_view name) const {
    return roots_.contains(name);
  }
  bool Settled(uint32_t state) const { return states_[state].nodes.empty(); }
  // Of a settled state: to itself by any segment.
  Transition Loop(uint32_t state) const { return {state, state, false, 0, 1}; }

 private:
  struct Key {
    std::vector<uint32_t> nodes;
    uint32_t begun;
    friend bool operator==(const Key&, const Key&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.nodes, key.begun);
    }
  };
  // The globs of a state and the nodes behind each.
  struct Globs {
    std::vector<uint32_t> numbers;              // ascending
    std::vector<std::vector<uint32_t>> behind;  // by position in `numbers`
  };

  RegionAutomaton(absl::Span<const values::SpiffePattern> patterns,
                  const RegionLimits& limits)
      : limits_(limits), tree_(patterns) {}

  absl::Status AddRoot(std::string_view trust_domain, uint32_t node);
  absl::Status Expand(uint32_t state);
  absl::Status ExpandLiterals(uint32_t state, const Globs& globs,
                              const std::vector<uint32_t>& always,
                              uint32_t begun);
  absl::Status ExpandClasses(uint32_t state, const Globs& globs,
                             const std::vector<uint32_t>& always,
                             uint32_t begun);
  Globs GlobsOf(const State& state) const;
  absl::StatusOr<SegmentClasses*> ClassesOf(const Globs& globs);
  absl::StatusOr<uint32_t> StateOf(std::vector<uint32_t> nodes, uint32_t begun);
  // Whether a literal transition of the state takes this segment.
  bool IsLiteral(const State& state, std::string_view segment) const;
  void Link(const Transition& transition, std::string_view segment);
  absl::Status Spend(size_t steps);

  RegionLimits limits_;
  size_t spent_ = 0;
  PatternTree tree_;
  PatternSets sets_;
  std::vector<State> states_;
  std::vector<Transition> transitions_;
  absl::flat_hash_map<Key, uint32_t> numbers_;
  // By state and literal.
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, uint32_t> by_literal_;
  absl::flat_hash_map<std::string_view, uint32_t> roots_;
  absl::flat_hash_map<std::vector<uint32_t>, std::unique_ptr<SegmentClasses>>
      classes_;
  std::vector<uint32_t> frontier_;
  std::vector<bool> matched_;  // by number of a set: a state has it
  size_t regions_ = 0;
};

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGION_AUTOMATON_H_
