// The SPIFFE IDs that end in given states of a RegionAutomaton, the shortest
// first.
#ifndef POL_COMPILER_AUTOMATA_REGION_MEMBERS_H_
#define POL_COMPILER_AUTOMATA_REGION_MEMBERS_H_

#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "compiler/automata/region_automaton.h"

namespace pol::automata {

// The transitions by the state to which they lead.
class Arrivals {
 public:
  explicit Arrivals(const RegionAutomaton& automaton);
  absl::Span<const uint32_t> At(uint32_t state) const {
    return absl::MakeConstSpan(transitions_)
        .subspan(begin_[state], begin_[state + 1] - begin_[state]);
  }

 private:
  std::vector<uint32_t> begin_;
  std::vector<uint32_t> transitions_;
};

// Takes up beginnings of IDs in the order of the shortest ID that they can
// become. What cannot lead to the states is never taken up, so that the time is
// that of the members asked for, not that of the automaton.
class RegionMembers {
 public:
  RegionMembers(RegionAutomaton& automaton, const Arrivals& arrivals,
                const std::vector<uint32_t>& states);

  // Each member once; nothing when there is none any more.
  std::optional<std::string> Next();

 private:
  // A state from which a member can be reached.
  struct Source {
    size_t distance = 0;  // bytes to the nearest member
    bool member = false;
    std::vector<RegionAutomaton::Transition> onward;
  };
  // A beginning; without a transition an ID, else to be continued with the
  // `position`th segment of the transition and those behind it.
  struct Entry {
    size_t length = 0;  // of the shortest ID that it can become
    std::string text;
    const RegionAutomaton::Transition* transition = nullptr;
    std::string segment;
    size_t position = 0;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const;
  };

  void FindSources(const Arrivals& arrivals,
                   const std::vector<uint32_t>& states);
  void Arrive(uint32_t state, const std::string& text);
  void PushNext(const RegionAutomaton::Transition& transition,
                const std::string& text, size_t position);

  RegionAutomaton& automaton_;
  absl::flat_hash_map<uint32_t, Source> sources_;
  std::priority_queue<Entry, std::vector<Entry>, Later> queue_;
};

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGION_MEMBERS_H_
