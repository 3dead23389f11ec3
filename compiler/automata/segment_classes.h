// All segments that a SPIFFE ID's path may have, sorted into classes by which
// of a few globs (`web-*`) they match.
//
//   {"web-*", "*-db"}  ->  web-, web-a, …       match the first
//                          -db, a-db, …         match the second
//                          web-db, web-a-db, …  match both
//                          a, b, …              match none
//
// One automaton over bytes runs all globs at once, so finding the class of a
// segment takes one step a byte however many globs there are.
#ifndef POL_COMPILER_AUTOMATA_SEGMENT_CLASSES_H_
#define POL_COMPILER_AUTOMATA_SEGMENT_CLASSES_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "compiler/support/status.h"

namespace pol::automata {

// The order of examples: the shorter text first, of the same length the one
// with letters before digits before marks.
bool ComesBefore(std::string_view a, std::string_view b);

class SegmentClasses {
 public:
  // Globs as SpiffePattern has them, each once. kResourceExhausted when they
  // tell apart more than they can be worth.
  static absl::StatusOr<SegmentClasses> Build(
      absl::Span<const std::string_view> globs);

  // Classes are numbered from 0; each has a member.
  size_t size() const { return classes_.size(); }
  // Positions of the globs that its members match, ascending.
  const std::vector<uint32_t>& globs(uint32_t number) const {
    return classes_[number].globs;
  }
  // The class of a valid segment.
  uint32_t ClassOf(std::string_view segment) const;

  // The members one after the other in the order of ComesBefore(); nothing when
  // there is none any more, or none that fits a SPIFFE ID. Keeps what it has
  // found, so that asking again is cheap.
  std::optional<std::string_view> Member(uint32_t number, size_t position);

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Class {
    std::vector<uint32_t> globs;
    std::vector<uint32_t> states;
    std::string first;
    // Enumeration: what was found, and the lengths that were searched.
    std::vector<std::string> members;
    size_t length = 0;
    bool exhausted = false;
    // By length, the states from which a member is that many bytes away.
    std::vector<absl::flat_hash_set<uint32_t>> ahead;
    // The path to the latest member: before each byte, the state and the next
    // byte to try.
    struct Step {
      uint32_t state;
      size_t next;
    };
    std::vector<Step> path;
  };

  class Builder;

  SegmentClasses() = default;
  uint32_t Next(uint32_t state, unsigned char byte) const {
    return next_[state * symbols_ + symbol_of_[byte]];
  }
  void FindReverse();
  bool StartLength(Class& in);
  void FindNext(Class& in);

  size_t symbols_ = 0;
  std::array<uint8_t, 256> symbol_of_ = {};
  std::vector<uint32_t> next_;      // by state and symbol
  std::vector<uint32_t> class_of_;  // by state; kNone where none may end
  std::vector<Class> classes_;
  std::vector<std::vector<uint32_t>> previous_;  // by state, each once
};

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_SEGMENT_CLASSES_H_
