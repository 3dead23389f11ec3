#include "compiler/automata/pattern_tree.h"

#include <algorithm>
#include <numeric>

namespace pol::automata {

uint32_t TextNumbers::Number(std::string_view text) {
  auto [found, is_new] =
      numbers_.emplace(text, static_cast<uint32_t>(texts_.size()));
  if (is_new) texts_.push_back(text);
  return found->second;
}

std::optional<uint32_t> TextNumbers::Find(std::string_view text) const {
  auto found = numbers_.find(text);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

PatternTree::PatternTree(absl::Span<const values::SpiffePattern> patterns) {
  // Sorted, so that the tree does not depend on the order of the patterns.
  std::vector<uint32_t> order(patterns.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(patterns[a].trust_domain(),
                     std::string_view(patterns[a].text())) <
           std::pair(patterns[b].trust_domain(),
                     std::string_view(patterns[b].text()));
  });
  for (uint32_t number : order) {
    const values::SpiffePattern& pattern = patterns[number];
    if (roots_.empty() || roots_.back().first != pattern.trust_domain()) {
      roots_.emplace_back(pattern.trust_domain(),
                          static_cast<uint32_t>(nodes_.size()));
      nodes_.emplace_back();
    }
    uint32_t at = roots_.back().second;
    for (const auto& segment : pattern.segments()) at = Step(at, segment);
    auto& ends = pattern.open_ended() ? nodes_[at].open_ends : nodes_[at].ends;
    ends.push_back(number);
  }
}

std::optional<uint32_t> PatternTree::Literal(uint32_t node,
                                             uint32_t text) const {
  auto found = literal_nodes_.find(Edge(node, text));
  if (found == literal_nodes_.end()) return std::nullopt;
  return found->second;
}

uint32_t PatternTree::Step(uint32_t node,
                           const values::SpiffePattern::Segment& segment) {
  using Kind = values::SpiffePattern::Segment::Kind;
  auto next = static_cast<uint32_t>(nodes_.size());
  if (segment.kind == Kind::kAny) {
    if (nodes_[node].any) return *nodes_[node].any;
    nodes_[node].any = next;
  } else {
    bool literal = segment.kind == Kind::kLiteral;
    uint32_t text =
        literal ? literals_.Number(segment.text) : globs_.Number(segment.text);
    auto& known = literal ? literal_nodes_ : glob_nodes_;
    auto [found, is_new] = known.emplace(Edge(node, text), next);
    if (!is_new) return found->second;
    auto& edges = literal ? nodes_[node].literals : nodes_[node].globs;
    edges.emplace_back(text, next);
  }
  nodes_.emplace_back();
  return next;
}

}  // namespace pol::automata
