// Bytes sorted into classes that some sets of bytes do not tell apart, so that
// an automaton needs one transition for each class.
#ifndef POL_COMPILER_AUTOMATA_BYTE_CLASSES_H_
#define POL_COMPILER_AUTOMATA_BYTE_CLASSES_H_

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pol::automata {

using ByteSet = std::bitset<256>;

class ByteClasses {
 public:
  // One class of all bytes.
  ByteClasses() = default;

  // Parts each class at the set's boundary.
  void Refine(const ByteSet& set);
  void Refine(const ByteClasses& other);

  size_t size() const { return size_; }
  uint32_t Of(unsigned char byte) const { return class_of_[byte]; }
  // By class, its most readable byte.
  std::vector<unsigned char> Examples() const;

 private:
  size_t size_ = 1;
  std::array<uint8_t, 256> class_of_ = {};
};

// All bytes, from those that read best (letters, digits, `/`, `_`, `-`, `.`) to
// those that do not print.
const std::array<unsigned char, 256>& BytesByReadability();
// Whether it is one of those named first.
bool IsPlain(unsigned char byte);

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_BYTE_CLASSES_H_
