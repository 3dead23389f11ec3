// A regular set of byte strings, and exact questions about such sets.
//
// A witness is a shortest one, of the same length the one that reads best.
// Where one of letters, digits, `/`, `_`, `-` and `.` alone exists, it is a
// shortest of those.
#ifndef POL_COMPILER_AUTOMATA_REGULAR_SET_H_
#define POL_COMPILER_AUTOMATA_REGULAR_SET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/automata/byte_classes.h"
#include "compiler/support/status.h"

namespace pol::automata {

// What an automaton may have at most; beyond, functions return
// kResourceExhausted.
inline constexpr size_t kMaxStates = 100'000;

class RegularSet {
 public:
  // The empty set.
  RegularSet();

  // A complete deterministic automaton that begins in state 0; `next` is by
  // state and class. Copies share nothing.
  RegularSet(ByteClasses classes, std::vector<uint32_t> next,
             std::vector<bool> accepts);

  bool Contains(std::string_view text) const;
  bool IsEmpty() const { return !live_[0]; }
  // Nothing when it is empty.
  std::optional<std::string> Example() const;
  // The longest text that every member begins with; empty for the empty set.
  std::string Prefix() const;

  size_t states() const { return accepts_.size(); }
  const ByteClasses& classes() const { return classes_; }
  uint32_t Next(uint32_t state, unsigned char byte) const {
    return next_[state * classes_.size() + classes_.Of(byte)];
  }
  bool Accepts(uint32_t state) const { return accepts_[state]; }
  // Whether some text leads on to acceptance, and whether every text does.
  bool Live(uint32_t state) const { return live_[state]; }
  bool Total(uint32_t state) const { return total_[state]; }

 private:
  // The states from which one for which `accepts_` is `goal` can be reached.
  std::vector<bool> Reaching(bool goal) const;

  ByteClasses classes_;
  std::vector<uint32_t> next_;
  std::vector<bool> accepts_;
  std::vector<bool> live_;
  std::vector<bool> total_;
};

absl::StatusOr<RegularSet> Intersect(const RegularSet& a, const RegularSet& b);
absl::StatusOr<RegularSet> Subtract(const RegularSet& a, const RegularSet& b);

// A member of all of `in` and of none of `out`; nothing when there is none.
// `in` has at least one set. That FindMember({&a}, bs) finds nothing says that
// the union of `bs` includes `a`.
absl::StatusOr<std::optional<std::string>> FindMember(
    absl::Span<const RegularSet* const> in,
    absl::Span<const RegularSet* const> out);

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGULAR_SET_H_
