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
inline constexpr Code kBlockLater{2013, kError, "block of a later edition"};
inline constexpr Code kAttributeLater{2014, kError,
                                      "attribute of a later edition"};
inline constexpr Code kWrongReference{2015, kError,
                                      "reference to something else"};
inline constexpr Code kEdition{2016, kError, "unknown edition"};
inline constexpr Code kBadName{2017, kError, "label that cannot be a name"};
inline constexpr Code kBlockOrAttribute{2018, kError,
                                        "block and attribute confused"};
inline constexpr Code kUnusedIdentity{2020, kWarning, "identity never used"};

inline constexpr Code kBadSpiffeId{3001, kError, "malformed SPIFFE ID"};
inline constexpr Code kBadTrustDomain{3002, kError, "malformed trust domain"};
inline constexpr Code kBadAddress{3003, kError, "malformed address"};
inline constexpr Code kBadPort{3004, kError, "malformed port"};
inline constexpr Code kBadUnit{3005, kError, "malformed unit name"};
inline constexpr Code kBadCgroup{3006, kError, "malformed cgroup path"};
inline constexpr Code kBadUser{3007, kError, "malformed user"};
inline constexpr Code kBadPath{3008, kError, "malformed file path"};
inline constexpr Code kEmptyList{3009, kError, "empty list"};

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

inline constexpr Code kBadCapabilities{6001, kError, "malformed capabilities"};

inline constexpr Code kNetworkLater{7001, kError,
                                    "requirement of a later edition"};
inline constexpr Code kDenyWithTls{7002, kError, "TLS requirement of a deny"};

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
                                         &kBlockLater,
                                         &kAttributeLater,
                                         &kWrongReference,
                                         &kEdition,
                                         &kBadName,
                                         &kBlockOrAttribute,
                                         &kUnusedIdentity,
                                         &kBadSpiffeId,
                                         &kBadTrustDomain,
                                         &kBadAddress,
                                         &kBadPort,
                                         &kBadUnit,
                                         &kBadCgroup,
                                         &kBadUser,
                                         &kBadPath,
                                         &kEmptyList,
                                         &kSelectorConflict,
                                         &kAddressConflict,
                                         &kSameIdentity,
                                         &kFileConflict,
                                         &kBadContext,
                                         &kBadExpression,
                                         &kFcontextConflict,
                                         &kBadCapabilities,
                                         &kNetworkLater,
                                         &kDenyWithTls};
static_assert(diag::IsTable(kCodes, 2000, 7999));

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_DIAGNOSTICS_H_
