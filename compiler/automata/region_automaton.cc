#include "compiler/automata/region_automaton.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::automata {
namespace {

PatternSet Union(const PatternSet& a, const PatternSet& b) {
  PatternSet both;
  both.reserve(a.size() + b.size());
  std::set_union(a.begin(), a.end(), b.begin(), b.end(),
                 std::back_inserter(both));
  return both;
}

}  // namespace

uint32_t PatternSets::Number(PatternSet set) {
  auto [found, is_new] =
      numbers_.emplace(std::move(set), static_cast<uint32_t>(sets_.size()));
  if (is_new) sets_.push_back(std::make_unique<PatternSet>(found->first));
  return found->second;
}

absl::Status RegionAutomaton::Spend(size_t steps) {
  spent_ += steps;
  if (spent_ <= limits_.steps) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("telling the identity patterns apart takes more than ",
                   limits_.steps, " steps"));
}

absl::StatusOr<std::unique_ptr<RegionAutomaton>> RegionAutomaton::Build(
    absl::Span<const values::SpiffePattern> patterns,
    const RegionLimits& limits) {
  std::unique_ptr<RegionAutomaton> automaton(
      new RegionAutomaton(patterns, limits));
  for (const auto& [trust_domain, node] : automaton->tree_.roots()) {
    POL_RETURN_IF_ERROR(automaton->AddRoot(trust_domain, node));
  }
  return automaton;
}

// All states with nodes are as many segments deep as their nodes, so that level
// by level the shortest text of a state is final before the state is expanded.
absl::Status RegionAutomaton::AddRoot(std::string_view trust_domain,
                                      uint32_t node) {
  POL_ASSIGN_OR_RETURN(uint32_t root, StateOf({node}, 0));
  states_[root].shortest =
      absl::StrCat("spiffe://", support::ToAbsl(trust_domain));
  roots_.emplace(trust_domain, root);
  while (!frontier_.empty()) {
    std::vector<uint32_t> level = std::exchange(frontier_, {});
    for (uint32_t state : level) POL_RETURN_IF_ERROR(Expand(state));
  }
  return absl::OkStatus();
}

absl::Status RegionAutomaton::Expand(uint32_t state) {
  Globs globs = GlobsOf(states_[state]);
  POL_ASSIGN_OR_RETURN(states_[state].classes, ClassesOf(globs));
  if (Settled(state)) return absl::OkStatus();
  std::vector<uint32_t> always;
  PatternSet begun = sets_[states_[state].begun];
  for (uint32_t number : states_[state].nodes) {
    const PatternTree::Node& node = tree_.node(number);
    if (node.any) always.push_back(*node.any);
    if (node.open_ends.empty()) continue;
    PatternSet added = node.open_ends;
    std::sort(added.begin(), added.end());
    POL_RETURN_IF_ERROR(Spend(begun.size() + added.size()));
    begun = Union(begun, added);
  }
  uint32_t number = sets_.Number(std::move(begun));
  POL_RETURN_IF_ERROR(ExpandLiterals(state, globs, always, number));
  return ExpandClasses(state, globs, always, number);
}

RegionAutomaton::Globs RegionAutomaton::GlobsOf(const State& state) const {
  std::vector<PatternTree::Edge> edges;
  for (uint32_t node : state.nodes) {
    const auto& globs = tree_.node(node).globs;
    edges.insert(edges.end(), globs.begin(), globs.end());
  }
  std::sort(edges.begin(), edges.end());
  Globs globs;
  for (const auto& [number, node] : edges) {
    if (globs.numbers.empty() || globs.numbers.back() != number) {
      globs.numbers.push_back(number);
      globs.behind.emplace_back();
    }
    globs.behind.back().push_back(node);
  }
  return globs;
}

absl::StatusOr<SegmentClasses*> RegionAutomaton::ClassesOf(const Globs& globs) {
  std::unique_ptr<SegmentClasses>& classes = classes_[globs.numbers];
  if (classes == nullptr) {
    std::vector<std::string_view> texts;
    for (uint32_t number : globs.numbers) {
      texts.push_back(tree_.globs().text(number));
    }
    POL_ASSIGN_OR_RETURN(SegmentClasses built, SegmentClasses::Build(texts));
    classes = std::make_unique<SegmentClasses>(std::move(built));
  }
  return classes.get();
}

absl::Status RegionAutomaton::ExpandLiterals(
    uint32_t state, const Globs& globs, const std::vector<uint32_t>& always,
    uint32_t begun) {
  const std::vector<uint32_t> nodes = states_[state].nodes;
  for (size_t i = 0; i < nodes.size(); ++i) {
    for (const auto& [literal, child] : tree_.node(nodes[i]).literals) {
      // The same literal of several nodes is one transition.
      if (by_literal_.contains({state, literal})) continue;
      std::vector<uint32_t> next = always;
      next.push_back(child);
      for (size_t j = i + 1; j < nodes.size(); ++j) {
        if (auto other = tree_.Literal(nodes[j], literal)) {
          next.push_back(*other);
        }
      }
      std::string_view text = tree_.literals().text(literal);
      if (!globs.numbers.empty()) {
        SegmentClasses& classes = *states_[state].classes;
        for (uint32_t glob : classes.globs(classes.ClassOf(text))) {
          next.insert(next.end(), globs.behind[glob].begin(),
                      globs.behind[glob].end());
        }
      }
      POL_RETURN_IF_ERROR(Spend(next.size() + nodes.size()));
      POL_ASSIGN_OR_RETURN(uint32_t to, StateOf(std::move(next), begun));
      by_literal_.emplace(std::pair(state, literal), to);
      Link({state, to, true, literal, static_cast<uint32_t>(text.size())},
           text);
    }
  }
  return absl::OkStatus();
}

absl::Status RegionAutomaton::ExpandClasses(uint32_t state, const Globs& globs,
                                            const std::vector<uint32_t>& always,
                                            uint32_t begun) {
  SegmentClasses& classes = *states_[state].classes;
  states_[state].by_class.assign(classes.size(), kDead);
  for (uint32_t number = 0; number < classes.size(); ++number) {
    std::vector<uint32_t> next = always;
    for (uint32_t glob : classes.globs(number)) {
      next.insert(next.end(), globs.behind[glob].begin(),
                  globs.behind[glob].end());
    }
    if (next.empty() && begun == 0) continue;
    POL_RETURN_IF_ERROR(Spend(next.size() + 1));
    Transition transition = {state, 0, false, number, 0};
    size_t position = 0;
    std::optional<std::string_view> first = NextSegment(transition, position);
    if (!first) continue;  // all of the class are literals
    transition.length = static_cast<uint32_t>(first->size());
    POL_ASSIGN_OR_RETURN(transition.to, StateOf(std::move(next), begun));
    states_[state].by_class[number] = transition.to;
    Link(transition, *first);
  }
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> RegionAutomaton::StateOf(std::vector<uint32_t> nodes,
                                                  uint32_t begun) {
  std::sort(nodes.begin(), nodes.end());
  auto [found, is_new] = numbers_.emplace(
      Key{std::move(nodes), begun}, static_cast<uint32_t>(states_.size()));
  if (!is_new) return found->second;
  State& state = states_.emplace_back();
  state.nodes = found->first.nodes;
  state.begun = begun;
  PatternSet ends;
  for (uint32_t node : state.nodes) {
    const auto& more = tree_.node(node).ends;
    ends.insert(ends.end(), more.begin(), more.end());
  }
  std::sort(ends.begin(), ends.end());
  POL_RETURN_IF_ERROR(Spend(ends.size() + 1));
  state.matched = begun;
  if (!ends.empty()) {
    POL_RETURN_IF_ERROR(Spend(sets_[begun].size()));
    state.matched = sets_.Number(Union(sets_[begun], ends));
  }
  matched_.resize(sets_.size());
  if (state.matched != 0 && !matched_[state.matched]) {
    matched_[state.matched] = true;
    if (++regions_ > limits_.regions) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the identity patterns tell apart more than ",
                       limits_.regions, " groups of identities"));
    }
  }
  frontier_.push_back(found->second);
  return found->second;
}

bool RegionAutomaton::IsLiteral(const State& state,
                                std::string_view segment) const {
  std::optional<uint32_t> literal = tree_.literals().Find(segment);
  return literal &&
         std::any_of(state.nodes.begin(), state.nodes.end(), [&](uint32_t n) {
           return tree_.Literal(n, *literal).has_value();
         });
}

std::optional<std::string_view> RegionAutomaton::NextSegment(
    const Transition& transition, size_t& position) {
  if (transition.literal) {
    if (position++ > 0) return std::nullopt;
    return tree_.literals().text(transition.what);
  }
  const State& state = states_[transition.from];
  while (true) {
    std::optional<std::string_view> segment =
        state.classes->Member(transition.what, position++);
    if (!segment || !IsLiteral(state, *segment)) return segment;
  }
}

void RegionAutomaton::Link(const Transition& transition,
                           std::string_view segment) {
  transitions_.push_back(transition);
  std::string text = absl::StrCat(states_[transition.from].shortest, "/",
                                  support::ToAbsl(segment));
  std::string& shortest = states_[transition.to].shortest;
  if (shortest.empty() || ComesBefore(text, shortest)) {
    shortest = std::move(text);
  }
}

uint32_t RegionAutomaton::Run(const values::SpiffeId& id) const {
  auto root = roots_.find(id.trust_domain());
  if (root == roots_.end()) return kDead;
  uint32_t state = root->second;
  for (std::string_view path = id.path(); !path.empty();) {
    path.remove_prefix(1);  // the slash
    std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    if (Settled(state)) continue;
    std::optional<uint32_t> literal = tree_.literals().Find(segment);
    auto found = literal ? by_literal_.find(std::pair(state, *literal))
                         : by_literal_.end();
    if (found != by_literal_.end()) {
      state = found->second;
      continue;
    }
    const State& at = states_[state];
    state = at.by_class[at.classes->ClassOf(segment)];
    if (state == kDead) return kDead;
  }
  return state;
}

}  // namespace pol::automata
