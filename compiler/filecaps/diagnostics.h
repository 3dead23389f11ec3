// What is said about capabilities that execve(2) will not give.
#ifndef POL_COMPILER_FILECAPS_DIAGNOSTICS_H_
#define POL_COMPILER_FILECAPS_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::filecaps {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kUnknownCapability{6100, kWarning,
                                         "capability that no kernel has"};
inline constexpr Code kEffectiveOnly{6101, kWarning,
                                     "capability effective and not permitted"};
inline constexpr Code kInheritableOnly{6102, kWarning,
                                       "capability inheritable only"};
inline constexpr Code kNotEffective{6103, kNote,
                                    "capability permitted and not effective"};

inline constexpr const Code* kCodes[] = {&kUnknownCapability, &kEffectiveOnly,
                                         &kInheritableOnly, &kNotEffective};
static_assert(diag::IsTable(kCodes, 6100, 6199));

}  // namespace pol::filecaps

#endif  // POL_COMPILER_FILECAPS_DIAGNOSTICS_H_
