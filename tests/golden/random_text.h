// Policy files that nobody would write: every construct of the syntax inside
// every other, with blanks, comments and line ends wherever they may stand.
#ifndef POL_TESTS_GOLDEN_RANDOM_TEXT_H_
#define POL_TESTS_GOLDEN_RANDOM_TEXT_H_

#include <string>

#include "tests/golden/dice.h"

namespace pol::golden {

// A body of a few items. It parses, but for rare constructs that the language
// refuses; names of attributes are not repeated in it.
std::string RandomText(Dice& dice);

// One expression on one line.
std::string RandomExpression(Dice& dice);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_RANDOM_TEXT_H_
