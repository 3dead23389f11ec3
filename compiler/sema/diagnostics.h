// What can be wrong with the meaning of a policy.
#ifndef POL_COMPILER_SEMA_DIAGNOSTICS_H_
#define POL_COMPILER_SEMA_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::sema {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kUnknownBlock{2001, kError, "unknown block"};
inline constexpr Code kUnknownAttribute{2002, kError, "unknown attribute"};
inline constexpr Code kUnknownName{2003, kError, "unknown name"};
inline constexpr Code kDuplicateName{2004, kError, "name declared twice"};
inline constexpr Code kDuplicateAttribute{2005, kError,
                                          "attribute written twice"};
inline constexpr Code kMissing{2006, kError, "something needed is missing"};
inline constexpr Code kWrongType{2007, kError, "value of the wrong type"};
inline constexpr Code kLabels{2008, kError, "wrong number of labels"};
inline constexpr Code kCycle{2009, kError, "constant defined by itself"};
inline constexpr Code kUnknownWord{2010, kError,
                                   "unknown word for an attribute"};
inline constexpr Code kSaidTwice{2011, kError, "one thing said in two forms"};
inline constexpr Code kDuplicateBlock{2012, kError, "block written twice"};
// 2013 and 2014 were for what a later edition has; they are retired.
inline constexpr Code kWrongReference{2015, kError,
                                      "reference to something else"};
inline constexpr Code kEdition{2016, kError, "unknown edition"};
inline constexpr Code kBadName{2017, kError, "label that cannot be a name"};
inline constexpr Code kBlockOrAttribute{2018, kError,
                                        "block and attribute confused"};
inline constexpr Code kMixedScripts{2019, kError, "name that mixes scripts"};
inline constexpr Code kUnusedIdentity{2020, kWarning, "identity never used"};

inline constexpr Code kUnusedConstant{2021, kWarning,
                                      "variable, local or function never used"};
inline constexpr Code kNotSet{2022, kError, "variable without a value"};
inline constexpr Code kNotValid{2023, kError, "value that is not valid"};
inline constexpr Code kTooManyRules{2024, kError, "too many policies"};
inline constexpr Code kTooManyInstances{2025, kError,
                                        "modules called too often"};

inline constexpr Code kBadSpiffeId{3001, kError, "malformed SPIFFE ID"};
inline constexpr Code kBadTrustDomain{3002, kError, "malformed trust domain"};
inline constexpr Code kBadAddress{3003, kError, "malformed address"};
inline constexpr Code kBadPort{3004, kError, "malformed port"};
inline constexpr Code kBadUnit{3005, kError, "malformed unit name"};
inline constexpr Code kBadCgroup{3006, kError, "malformed cgroup path"};
inline constexpr Code kBadUser{3007, kError, "malformed user"};
inline constexpr Code kBadPath{3008, kError, "malformed file path"};
inline constexpr Code kEmptyList{3009, kError, "empty list"};

inline constexpr Code kBadDate{3010, kError, "malformed date"};
inline constexpr Code kBadDuration{3011, kError, "malformed duration"};
inline constexpr Code kUnknownTlsName{3012, kError,
                                      "unknown name of a TLS registry"};
inline constexpr Code kBadAlpn{3013, kError, "malformed protocol name"};
inline constexpr Code kBadServerName{3014, kError, "malformed server name"};
inline constexpr Code kBadRevision{3015, kError, "malformed revision"};
inline constexpr Code kBadWaiver{3016, kError,
                                 "waiver of what cannot be waived"};

inline constexpr Code kSelectorConflict{4001, kError,
                                        "two identities for one process"};
inline constexpr Code kAddressConflict{4002, kError,
                                       "two identities for one address"};
inline constexpr Code kSameIdentity{4003, kError, "two names for one identity"};
inline constexpr Code kFileConflict{4004, kError, "one file in two blocks"};

inline constexpr Code kBadContext{5001, kError, "malformed security context"};
inline constexpr Code kBadExpression{5002, kError,
                                     "path expression that cannot be used"};
inline constexpr Code kFcontextConflict{5003, kError,
                                        "two contexts for one path expression"};

inline constexpr Code kBadSelinuxName{5004, kError,
                                      "malformed name of SELinux"};

inline constexpr Code kSelinuxConflict{5005, kError,
                                       "one thing of SELinux said twice"};

inline constexpr Code kEquivalenceChain{5006, kError,
                                        "equivalence to an equivalent path"};

inline constexpr Code kBadCapabilities{6001, kError, "malformed capabilities"};
inline constexpr Code kBadRootid{6002, kError, "root ID that cannot be used"};

// 7001 was for what a later edition enforces; it is retired.
inline constexpr Code kDenyWithTls{7002, kError, "TLS requirement of a deny"};
inline constexpr Code kTlsWithoutTcp{7003, kError,
                                     "TLS over another protocol than tcp"};

inline constexpr const Code* kCodes[] = {&kUnknownBlock,
                                         &kUnknownAttribute,
                                         &kUnknownName,
                                         &kDuplicateName,
                                         &kDuplicateAttribute,
                                         &kMissing,
                                         &kWrongType,
                                         &kLabels,
                                         &kCycle,
                                         &kUnknownWord,
                                         &kSaidTwice,
                                         &kDuplicateBlock,
                                         &kWrongReference,
                                         &kEdition,
                                         &kBadName,
                                         &kBlockOrAttribute,
                                         &kMixedScripts,
                                         &kUnusedIdentity,
                                         &kUnusedConstant,
                                         &kNotSet,
                                         &kNotValid,
                                         &kTooManyRules,
                                         &kTooManyInstances,
                                         &kBadSpiffeId,
                                         &kBadTrustDomain,
                                         &kBadAddress,
                                         &kBadPort,
                                         &kBadUnit,
                                         &kBadCgroup,
                                         &kBadUser,
                                         &kBadPath,
                                         &kEmptyList,
                                         &kBadDate,
                                         &kBadDuration,
                                         &kUnknownTlsName,
                                         &kBadAlpn,
                                         &kBadServerName,
                                         &kBadRevision,
                                         &kBadWaiver,
                                         &kSelectorConflict,
                                         &kAddressConflict,
                                         &kSameIdentity,
                                         &kFileConflict,
                                         &kBadContext,
                                         &kBadExpression,
                                         &kFcontextConflict,
                                         &kBadSelinuxName,
                                         &kSelinuxConflict,
                                         &kEquivalenceChain,
                                         &kBadCapabilities,
                                         &kBadRootid,
                                         &kDenyWithTls,
                                         &kTlsWithoutTcp};
static_assert(diag::IsTable(kCodes, 2000, 7999));

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_DIAGNOSTICS_H_
