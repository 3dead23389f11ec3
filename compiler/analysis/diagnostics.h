// What the analysis of a whole policy can find.
#ifndef POL_COMPILER_ANALYSIS_DIAGNOSTICS_H_
#define POL_COMPILER_ANALYSIS_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::analysis {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kMatchesNothing{4100, kWarning,
                                      "policy that matches nothing"};
inline constexpr Code kRedundant{4101, kWarning,
                                 "policy that others make redundant"};
inline constexpr Code kShadowed{4102, kWarning, "policy that denies cover"};
inline constexpr Code kPartlyShadowed{4103, kNote,
                                      "policy that denies cover in part"};
inline constexpr Code kNeedlessDeny{4104, kWarning,
                                    "deny that changes nothing"};
inline constexpr Code kContradiction{
    4105, kError, "requirements that cannot be met together"};
inline constexpr Code kNobody{4106, kWarning, "identities that nobody bears"};
inline constexpr Code kNoListener{4107, kWarning, "ports without a listener"};
inline constexpr Code kPrivilegedPort{4108, kWarning,
                                      "port that its workload may not bind"};
inline constexpr Code kNoResolver{4109, kNote,
                                  "workloads that reach no resolver"};
inline constexpr Code kNeverBroken{4110, kError, "`never` that does not hold"};
inline constexpr Code kOnlyBroken{4111, kError, "`only` that does not hold"};
inline constexpr Code kAlwaysBroken{4112, kError,
                                    "`always` that does not hold"};
inline constexpr Code kWaiverExpired{4113, kWarning, "waiver out of date"};
inline constexpr Code kWaiverUnused{4114, kWarning,
                                    "waiver that silences nothing"};

inline constexpr Code kNotEquivalent{4115, kError,
                                     "`equivalent_to` that does not hold"};

inline constexpr const Code* kCodes[] = {
    &kMatchesNothing, &kRedundant,     &kShadowed,     &kPartlyShadowed,
    &kNeedlessDeny,   &kContradiction, &kNobody,       &kNoListener,
    &kPrivilegedPort, &kNoResolver,    &kNeverBroken,  &kOnlyBroken,
    &kAlwaysBroken,   &kWaiverExpired, &kWaiverUnused, &kNotEquivalent};
static_assert(diag::IsTable(kCodes, 4100, 4199));

inline constexpr Code kFcontextNeverWins{
    5100, kWarning, "file-context rule that can never win"};
inline constexpr Code kFcontextOrder{
    5101, kWarning, "file-context rules whose order their text decides"};
inline constexpr Code kFileDisagrees{5102, kError,
                                     "`file` and `fcontext` that disagree"};
inline constexpr Code kFcontextNoPath{5103, kWarning,
                                      "path expression that matches no path"};

inline constexpr Code kFcontextReleases{
    5104, kError, "path expression that releases read differently"};
inline constexpr Code kFcontextNoExpression{
    5105, kError, "path expression that is none to PCRE2"};
inline constexpr Code kFcontextNone{
    5106, kError, "`<<none>>` that releases weigh differently"};
inline constexpr Code kFcontextUnproven{
    5107, kNote, "file-context rule whose place is not proven"};
inline constexpr Code kFcontextTurnedAway{
    5108, kError, "path expression that an equivalence turns away"};

inline constexpr const Code* kFcontextCodes[] = {
    &kFcontextNeverWins, &kFcontextOrder,    &kFileDisagrees,
    &kFcontextNoPath,    &kFcontextReleases, &kFcontextNoExpression,
    &kFcontextNone,      &kFcontextUnproven, &kFcontextTurnedAway};
static_assert(diag::IsTable(kFcontextCodes, 5100, 5149));

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_DIAGNOSTICS_H_
