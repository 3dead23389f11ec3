// What can be wrong with an expression.
#ifndef POL_COMPILER_EVAL_DIAGNOSTICS_H_
#define POL_COMPILER_EVAL_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::eval {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kUnknownFunction{2100, kError, "unknown function"};
inline constexpr Code kArgumentCount{2101, kError, "wrong number of arguments"};
inline constexpr Code kOperand{2102, kError, "operand of the wrong type"};
inline constexpr Code kArgumentType{2103, kError, "argument of the wrong type"};
inline constexpr Code kNoParts{2104, kError, "value without parts"};
inline constexpr Code kKeyType{2105, kError, "key of the wrong type"};
inline constexpr Code kNotText{2106, kError, "value that has no text"};
inline constexpr Code kNotCollection{2107, kError,
                                     "value that cannot be gone through"};
inline constexpr Code kBadType{2108, kError, "malformed type"};
inline constexpr Code kNoConversion{2109, kError,
                                    "value that does not fit its type"};
inline constexpr Code kNullValue{2110, kError, "value that is not set"};

inline constexpr Code kNotConstant{2111, kError, "name among constants"};

inline constexpr Code kIndexRange{3100, kError, "index out of range"};
inline constexpr Code kMissingKey{3101, kError, "missing key"};
inline constexpr Code kDuplicateKey{3102, kError, "key written twice"};
inline constexpr Code kNumberOverflow{3103, kError, "result out of range"};
inline constexpr Code kDivisionByZero{3104, kError, "division by zero"};
inline constexpr Code kNotWhole{3105, kError, "fraction for a whole number"};
inline constexpr Code kBadArgument{3106, kError,
                                   "argument that cannot be used"};
inline constexpr Code kBudget{3107, kError, "computation too large"};
inline constexpr Code kNothingWorked{3108, kError, "no argument has a value"};

inline constexpr const Code* kCodes[] = {
    &kUnknownFunction, &kArgumentCount, &kOperand,      &kArgumentType,
    &kNoParts,         &kKeyType,       &kNotText,      &kNotCollection,
    &kBadType,         &kNoConversion,  &kNullValue,    &kNotConstant,
    &kIndexRange,      &kMissingKey,    &kDuplicateKey, &kNumberOverflow,
    &kDivisionByZero,  &kNotWhole,      &kBadArgument,  &kBudget,
    &kNothingWorked};
static_assert(diag::IsTable(kCodes, 2100, 3149));

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_DIAGNOSTICS_H_
