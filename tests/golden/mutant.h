// A text with a few things changed that a formatter should know about.
#ifndef POL_TESTS_GOLDEN_MUTANT_H_
#define POL_TESTS_GOLDEN_MUTANT_H_

#include <string>

#include "tests/golden/dice.h"

namespace pol::golden {

// `text` after one to four changes: blanks, comments and line ends put in or
// taken out, values wrapped in brackets or replaced, tokens and lines swapped,
// everything put into a block. Many of them still parse.
std::string Mutant(std::string text, Dice& dice);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_MUTANT_H_
