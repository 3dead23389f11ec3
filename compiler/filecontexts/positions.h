// All expressions of a set as one automaton that may be in several places at
// once: its positions are the bytes of the expressions, and after each stand
// those that may come next (Glushkov's construction).
#ifndef POL_COMPILER_FILECONTEXTS_POSITIONS_H_
#define POL_COMPILER_FILECONTEXTS_POSITIONS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/types/span.h"
#include "compiler/automata/byte_classes.h"
#include "compiler/automata/regex_tree.h"

namespace pol::filecontexts {

class Positions {
 public:
  // False, and nothing is added, when the expression gets too large.
  bool Add(const automata::RegexTree& tree, uint32_t rule);
  // After the last Add().
  void Finish();

  const automata::ByteClasses& classes() const { return classes_; }
  // Where everything begins; ascending, as the others are.
  absl::Span<const uint32_t> start() const { return start_; }
  absl::Span<const uint32_t> Next(uint32_t position) const {
    return absl::MakeConstSpan(next_).subspan(
        begin_[position], begin_[position + 1] - begin_[position]);
  }
  bool Reads(uint32_t position, uint32_t byte_class) const {
    return reads_[set_[position] * classes_.size() + byte_class];
  }
  // The rule that has matched when this is reached; such a position reads
  // nothing.
  std::optional<uint32_t> Ends(uint32_t position) const {
    if (rule_[position] == kNone) return std::nullopt;
    return rule_[position];
  }
  size_t size() const { return set_.size(); }

 private:
  struct Part {
    bool empty = true;  // matches the empty text
    std::vector<uint32_t> first;
    std::vector<uint32_t> last;
  };

  static constexpr uint32_t kNone = UINT32_MAX;

  std::optional<Part> Build(const automata::RegexTree& tree);
  std::optional<Part> BuildRepeat(const automata::RegexTree& tree);
  bool Append(Part& part, Part&& next);
  bool Link(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to);
  uint32_t NewPosition(const automata::ByteSet& bytes);
  void Shrink(size_t size);

  std::vector<uint32_t> set_;   // by position, the number of its bytes
  std::vector<uint32_t> rule_;  // by position
  std::vector<std::vector<uint32_t>> follow_;
  size_t links_ = 0;      // of the expression being added
  size_t first_own_ = 0;  // its first position
  std::unordered_map<automata::ByteSet, uint32_t> sets_;
  std::vector<uint32_t> start_;

  automata::ByteClasses classes_;
  std::vector<bool> reads_;  // by set and class
  std::vector<uint32_t> begin_;
  std::vector<uint32_t> next_;
};

}  // namespace pol::filecontexts

#endif  // POL_COMPILER_FILECONTEXTS_POSITIONS_H_
