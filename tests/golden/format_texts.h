// What the formatter is tested with.
#ifndef POL_TESTS_GOLDEN_FORMAT_TEXTS_H_
#define POL_TESTS_GOLDEN_FORMAT_TEXTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/golden/dice.h"

namespace pol::golden {

// The golden cases and the policies of the repository.
std::vector<std::string> SeedTexts();

// Texts without end, the same ones every time: mutants of the seeds and of
// random texts.
class MutantTexts {
 public:
  explicit MutantTexts(uint64_t seed) : dice_(seed), seeds_(SeedTexts()) {}

  std::string Next();

 private:
  Dice dice_;
  std::vector<std::string> seeds_;
};

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_FORMAT_TEXTS_H_
