// The parts of docs/language.md that follow from tables of the compiler: every
// block with every attribute, every function.
#ifndef POL_TESTS_GOLDEN_REFERENCE_H_
#define POL_TESTS_GOLDEN_REFERENCE_H_

#include <string>

namespace pol::golden {

// From sema::FileRules().
std::string BlocksReference();

// From eval::Functions(), by category.
std::string FunctionsReference();

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_REFERENCE_H_
