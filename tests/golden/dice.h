// Numbers that look random and are the same in every run and on every machine.
#ifndef POL_TESTS_GOLDEN_DICE_H_
#define POL_TESTS_GOLDEN_DICE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pol::golden {

// The generator of Steele, Lea and Flood, "Fast splittable pseudorandom number
// generators" (2014).
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // From 0 to `count` - 1; `count` is not 0.
  size_t Below(size_t count) { return static_cast<size_t>(Next() % count); }
  bool OneIn(size_t count) { return Below(count) == 0; }
  const std::string& OneOf(const std::vector<std::string>& texts) {
    return texts[Below(texts.size())];
  }

 private:
  uint64_t Next() {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_DICE_H_
