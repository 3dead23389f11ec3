#include "compiler/automata/regex.h"

#include <algorithm>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/strings/str_cat.h"
#include "compiler/automata/regex_tree.h"

namespace pol::automata {
namespace {

constexpr size_t kMaxNodes = 100'000;
constexpr size_t kMaxSteps = 1'000'000;

// An automaton that may be in several states at once (Thompson's construction).
class Nfa {
 public:
  // Fails when it gets too large.
  absl::Status Build(const RegexTree& tree) {
    start_ = Node();
    POL_ASSIGN_OR_RETURN(end_, Append(tree, start_));
    // `$` also holds before a newline at the very end.
    uint32_t last = Node();
    Link(end_, ByteSet().set('\n'), last);
    also_end_ = last;
    return absl::OkStatus();
  }

  absl::StatusOr<RegularSet> Determinize() const {
    ByteClasses classes;
    std::unordered_set<ByteSet> sets_of_bytes;
    for (const State& node : nodes_) sets_of_bytes.insert(node.bytes);
    for (const ByteSet& bytes : sets_of_bytes) classes.Refine(bytes);
    const std::vector<unsigned char> examples = classes.Examples();
    absl::node_hash_map<NodeSet, uint32_t> numbers;
    std::vector<const NodeSet*> sets;
    auto number = [&](NodeSet set) {
      auto [found, is_new] =
          numbers.emplace(std::move(set), static_cast<uint32_t>(sets.size()));
      if (is_new) sets.push_back(&found->first);
      return found->second;
    };
    number(Closure({start_}));
    std::vector<uint32_t> next;
    std::vector<bool> accepts;
    size_t members = 0;
    for (size_t i = 0; i < sets.size(); ++i) {
      members += sets[i]->size();
      if (sets.size() > kMaxStates || members > 50 * kMaxStates) {
        return TooLarge();
      }
      const NodeSet& set = *sets[i];
      accepts.push_back(std::binary_search(set.begin(), set.end(), end_) ||
                        std::binary_search(set.begin(), set.end(), also_end_));
      for (unsigned char byte : examples)
        next.push_back(number(Step(set, byte)));
    }
    return RegularSet(std::move(classes), std::move(next), std::move(accepts));
  }

 private:
  using NodeSet = std::vector<uint32_t>;  // ascending

  struct State {
    ByteSet bytes;  // that lead to `to`
    uint32_t to = 0;
    std::vector<uint32_t> free;  // where it is as well
  };

  static absl::Status TooLarge() {
    return absl::ResourceExhaustedError("the expression is too large");
  }

  uint32_t Node() {
    nodes_.emplace_back();
    return static_cast<uint32_t>(nodes_.size() - 1);
  }

  void Link(uint32_t from, const ByteSet& bytes, uint32_t to) {
    // A node reads at most one set of bytes, so that this one gets its own.
    uint32_t own = Node();
    nodes_[from].free.push_back(own);
    nodes_[own].bytes = bytes;
    nodes_[own].to = to;
  }

  // What `tree` matches, from `from` on; returns where it ends.
  absl::StatusOr<uint32_t> Append(const RegexTree& tree, uint32_t from) {
    // Steps are counted too: an empty group adds no node, however often.
    if (nodes_.size() > kMaxNodes || ++steps_ > kMaxSteps) return TooLarge();
    switch (tree.kind) {
      case RegexTree::Kind::kBytes: {
        uint32_t to = Node();
        Link(from, tree.bytes, to);
        return to;
      }
      case RegexTree::Kind::kConcatenate:
        for (const RegexTree& child : tree.children) {
          POL_ASSIGN_OR_RETURN(from, Append(child, from));
        }
        return from;
      case RegexTree::Kind::kAlternate: {
        std::vector<uint32_t> ends;
        for (const RegexTree& child : tree.children) {
          uint32_t begin = Node();
          nodes_[from].free.push_back(begin);
          POL_ASSIGN_OR_RETURN(uint32_t end, Append(child, begin));
          ends.push_back(end);
        }
        return Join(ends);
      }
      case RegexTree::Kind::kRepeat:
        return AppendRepeat(tree, from);
    }
    return from;
  }

  uint32_t Join(const std::vector<uint32_t>& ends) {
    uint32_t joined = Node();
    for (uint32_t end : ends) nodes_[end].free.push_back(joined);
    return joined;
  }

  absl::StatusOr<uint32_t> AppendRepeat(const RegexTree& tree, uint32_t from) {
    const RegexTree& child = tree.children[0];
    for (uint32_t i = 0; i < tree.min; ++i) {
      POL_ASSIGN_OR_RETURN(from, Append(child, from));
    }
    if (!tree.max) {
      uint32_t loop = Node();
      nodes_[from].free.push_back(loop);
      uint32_t begin = Node();
      nodes_[loop].free.push_back(begin);
      POL_ASSIGN_OR_RETURN(uint32_t end, Append(child, begin));
      nodes_[end].free.push_back(loop);
      return Join({loop});
    }
    std::vector<uint32_t> ends = {from};
    for (uint32_t i = tree.min; i < *tree.max; ++i) {
      uint32_t begin = Node();
      nodes_[from].free.push_back(begin);
      POL_ASSIGN_OR_RETURN(from, Append(child, begin));
      ends.push_back(from);
    }
    return Join(ends);
  }

  NodeSet Closure(NodeSet open) const {
    NodeSet set;
    std::vector<bool>& seen = seen_;
    seen.resize(nodes_.size());
    while (!open.empty()) {
      uint32_t node = open.back();
      open.pop_back();
      if (seen[node]) continue;
      seen[node] = true;
      set.push_back(node);
      const auto& free = nodes_[node].free;
      open.insert(open.end(), free.begin(), free.end());
    }
    for (uint32_t node : set) seen[node] = false;
    // Only nodes that read or that end tell sets apart.
    set.erase(std::remove_if(set.begin(), set.end(),
                             [&](uint32_t node) {
                               return nodes_[node].bytes.none() &&
                                      node != end_ && node != also_end_;
                             }),
              set.end());
    std::sort(set.begin(), set.end());
    return set;
  }

  NodeSet Step(const NodeSet& set, unsigned char byte) const {
    NodeSet to;
    for (uint32_t node : set) {
      if (nodes_[node].bytes[byte]) to.push_back(nodes_[node].to);
    }
    return Closure(std::move(to));
  }

  std::vector<State> nodes_;
  size_t steps_ = 0;
  uint32_t start_ = 0;
  uint32_t end_ = 0;
  uint32_t also_end_ = 0;
  mutable std::vector<bool> seen_;  // all false between calls of Closure()
};

}  // namespace

absl::StatusOr<RegularSet> CompileRegex(std::string_view expression) {
  POL_ASSIGN_OR_RETURN(RegexTree tree, ParseRegex(expression));
  Nfa nfa;
  POL_RETURN_IF_ERROR(nfa.Build(tree));
  return nfa.Determinize();
}

}  // namespace pol::automata
