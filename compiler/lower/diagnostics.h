// What can be wrong with a policy as a whole once its sets are counted.
#ifndef POL_COMPILER_LOWER_DIAGNOSTICS_H_
#define POL_COMPILER_LOWER_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::lower {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kTooManyRegions{4050, kError,
                                      "patterns that part too much"};

inline constexpr const Code* kCodes[] = {&kTooManyRegions};
static_assert(diag::IsTable(kCodes, 4050, 4059));

}  // namespace pol::lower

#endif  // POL_COMPILER_LOWER_DIAGNOSTICS_H_
