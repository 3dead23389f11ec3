// Every kind of diagnostic that a run of the compiler can report.
#ifndef POL_COMPILER_DRIVER_ALL_CODES_H_
#define POL_COMPILER_DRIVER_ALL_CODES_H_

#include <vector>

#include "compiler/diag/code.h"

namespace pol::driver {

// Gathered from the rooms that declare them; by number.
const std::vector<const diag::Code*>& AllCodes();

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_ALL_CODES_H_
