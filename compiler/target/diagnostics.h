// What the comparison with a target's SELinux policy can find.
#ifndef POL_COMPILER_TARGET_DIAGNOSTICS_H_
#define POL_COMPILER_TARGET_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::target {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kUnknownType{5200, kError,
                                   "type that the target does not have"};
inline constexpr Code kNoFileType{5201, kError, "type that no file can bear"};
inline constexpr Code kContextRefused{5202, kError,
                                      "context that the target refuses"};
inline constexpr Code kUnknownBoolean{5203, kError,
                                      "boolean that the target does not have"};
inline constexpr Code kNoPortType{5204, kError, "type that no port can bear"};
inline constexpr Code kPortTaken{5205, kWarning,
                                 "port that the target gives another type"};
inline constexpr Code kNoDomain{5206, kError,
                                "permissive type that is no domain"};
inline constexpr Code kNoTransition{5207, kWarning,
                                    "executable that enters no domain"};
inline constexpr Code kNotCompared{5208, kNote,
                                   "names that no policy was asked about"};

inline constexpr Code kNeverAsked{5209, kError,
                                  "path that the target knows by another"};
inline constexpr Code kLiteralOfTarget{5210, kWarning,
                                       "path that the target labels otherwise"};
inline constexpr Code kTakesFromLocal{
    5211, kWarning, "path taken from a local rule of the target"};
inline constexpr Code kDeepNone{
    5212, kWarning, "path about which releases disagree on the target"};

inline constexpr const Code* kCodes[] = {
    &kUnknownType, &kNoFileType, &kContextRefused,  &kUnknownBoolean,
    &kNoPortType,  &kPortTaken,  &kNoDomain,        &kNoTransition,
    &kNotCompared, &kNeverAsked, &kLiteralOfTarget, &kTakesFromLocal,
    &kDeepNone};
static_assert(diag::IsTable(kCodes, 5200, 5249));

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_DIAGNOSTICS_H_
