// What can be wrong with the files that belong to a policy: its modules and the
// values of its variables.
#ifndef POL_COMPILER_DRIVER_DIAGNOSTICS_H_
#define POL_COMPILER_DRIVER_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::driver {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kNoSource{2200, kError, "module without a source"};
inline constexpr Code kSourceNotConstant{2201, kError,
                                         "module source that is not constant"};
inline constexpr Code kSourceNotLocal{2202, kError,
                                      "module source that is not local"};
inline constexpr Code kModuleNotFound{2203, kError, "module not found"};
inline constexpr Code kModuleCycle{2204, kError, "module that uses itself"};
inline constexpr Code kArchiveNotPinned{2205, kError,
                                        "archive without a digest"};
inline constexpr Code kDigestDiffers{2206, kError,
                                     "module that is not what was pinned"};
inline constexpr Code kBadDigest{2207, kError, "malformed digest"};
inline constexpr Code kBadArchive{2208, kError, "archive that cannot be used"};
inline constexpr Code kTooManyModules{2209, kError, "too many modules"};
inline constexpr Code kOutsideArchive{2210, kError,
                                      "module outside of its archive"};

inline constexpr Code kBlockOfVariables{2211, kError,
                                        "block in a file of variables"};
inline constexpr Code kVariableTwice{2212, kError,
                                     "variable set twice in one file"};
inline constexpr Code kVariableNotConstant{
    2213, kError, "value of a variable that is not constant"};

inline constexpr const Code* kCodes[] = {
    &kNoSource,      &kSourceNotConstant,  &kSourceNotLocal, &kModuleNotFound,
    &kModuleCycle,   &kArchiveNotPinned,   &kDigestDiffers,  &kBadDigest,
    &kBadArchive,    &kTooManyModules,     &kOutsideArchive, &kBlockOfVariables,
    &kVariableTwice, &kVariableNotConstant};
static_assert(diag::IsTable(kCodes, 2200, 2219));

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_DIAGNOSTICS_H_
