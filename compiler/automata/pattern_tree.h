// The patterns of a policy as one tree of segments: patterns that begin alike
// share their beginning.
#ifndef POL_COMPILER_AUTOMATA_PATTERN_TREE_H_
#define POL_COMPILER_AUTOMATA_PATTERN_TREE_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "compiler/values/spiffe_pattern.h"

namespace pol::automata {

// Numbers texts from 0 on. The texts outlive it.
class TextNumbers {
 public:
  uint32_t Number(std::string_view text);
  std::optional<uint32_t> Find(std::string_view text) const;
  std::string_view text(uint32_t number) const { return texts_[number]; }

 private:
  absl::flat_hash_map<std::string_view, uint32_t> numbers_;
  std::vector<std::string_view> texts_;
};

class PatternTree {
 public:
  using Edge = std::pair<uint32_t, uint32_t>;  // number of a text, node

  struct Node {
    std::vector<Edge> literals;
    std::vector<Edge> globs;
    std::optional<uint32_t> any;      // behind `*`
    std::vector<uint32_t> ends;       // patterns that end here
    std::vector<uint32_t> open_ends;  // patterns that go on with `**`
  };

  // Keeps views of the patterns, which outlive it.
  explicit PatternTree(absl::Span<const values::SpiffePattern> patterns);

  const Node& node(uint32_t number) const { return nodes_[number]; }
  std::optional<uint32_t> Literal(uint32_t node, uint32_t text) const;
  // By trust domain, sorted.
  const std::vector<std::pair<std::string_view, uint32_t>>& roots() const {
    return roots_;
  }

  const TextNumbers& literals() const { return literals_; }
  const TextNumbers& globs() const { return globs_; }

 private:
  uint32_t Step(uint32_t node, const values::SpiffePattern::Segment& segment);

  std::vector<Node> nodes_;
  std::vector<std::pair<std::string_view, uint32_t>> roots_;
  TextNumbers literals_;
  TextNumbers globs_;
  absl::flat_hash_map<Edge, uint32_t> literal_nodes_;  // by node and text
  absl::flat_hash_map<Edge, uint32_t> glob_nodes_;
};

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_PATTERN_TREE_H_
