#include "compiler/automata/region_members.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/values/spiffe_id.h"

namespace pol::automata {

Arrivals::Arrivals(const RegionAutomaton& automaton)
    : begin_(automaton.states().size() + 1),
      transitions_(automaton.transitions().size()) {
  for (const auto& transition : automaton.transitions()) {
    ++begin_[transition.to + 1];
  }
  for (size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  std::vector<uint32_t> next(begin_.begin(), begin_.end() - 1);
  for (size_t i = 0; i < automaton.transitions().size(); ++i) {
    transitions_[next[automaton.transitions()[i].to]++] =
        static_cast<uint32_t>(i);
  }
}

RegionMembers::RegionMembers(RegionAutomaton& automaton,
                             const Arrivals& arrivals,
                             const std::vector<uint32_t>& states)
    : automaton_(automaton) {
  FindSources(arrivals, states);
  for (const auto& [state, source] : sources_) {
    // Only roots have no arrivals.
    if (arrivals.At(state).empty()) {
      Arrive(state, automaton_.states()[state].shortest);
    }
  }
}

// Dijkstra's algorithm against the direction of the transitions.
void RegionMembers::FindSources(const Arrivals& arrivals,
                                const std::vector<uint32_t>& states) {
  using Item = std::pair<size_t, uint32_t>;
  std::priority_queue<Item, std::vector<Item>, std::greater<>> queue;
  for (uint32_t state : states) {
    sources_[state].member = true;
    queue.emplace(0, state);
    if (automaton_.Settled(state)) {
      sources_[state].onward.push_back(automaton_.Loop(state));
    }
  }
  absl::flat_hash_set<uint32_t> done;
  while (!queue.empty()) {
    auto [distance, state] = queue.top();
    queue.pop();
    if (!done.insert(state).second) continue;
    sources_[state].distance = distance;
    for (uint32_t number : arrivals.At(state)) {
      const auto& transition = automaton_.transitions()[number];
      sources_[transition.from].onward.push_back(transition);
      queue.emplace(distance + 1 + transition.length, transition.from);
    }
  }
}

bool RegionMembers::Later::operator()(const Entry& a, const Entry& b) const {
  if (a.length != b.length) return a.length > b.length;
  if (a.text != b.text) return ComesBefore(b.text, a.text);
  return ComesBefore(b.segment, a.segment);
}

void RegionMembers::Arrive(uint32_t state, const std::string& text) {
  const Source& source = sources_.at(state);
  if (source.member) queue_.push({text.size(), text, nullptr, "", 0});
  for (const auto& transition : source.onward) PushNext(transition, text, 0);
}

void RegionMembers::PushNext(const RegionAutomaton::Transition& transition,
                             const std::string& text, size_t position) {
  std::optional<std::string_view> segment =
      automaton_.NextSegment(transition, position);
  if (!segment) return;
  size_t length =
      text.size() + 1 + segment->size() + sources_.at(transition.to).distance;
  if (length > values::kMaxSpiffeIdLength) return;
  queue_.push({length, text, &transition, std::string(*segment), position});
}

std::optional<std::string> RegionMembers::Next() {
  while (!queue_.empty()) {
    Entry entry = queue_.top();
    queue_.pop();
    if (entry.transition == nullptr) return std::move(entry.text);
    PushNext(*entry.transition, entry.text, entry.position);
    Arrive(entry.transition->to, absl::StrCat(entry.text, "/", entry.segment));
  }
  return std::nullopt;
}

}  // namespace pol::automata
