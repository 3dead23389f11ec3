// What can be wrong with the text of a policy file.
#ifndef POL_COMPILER_SYNTAX_DIAGNOSTICS_H_
#define POL_COMPILER_SYNTAX_DIAGNOSTICS_H_

#include "compiler/diag/code.h"

namespace pol::syntax {

using diag::Code;
using enum diag::Severity;

inline constexpr Code kNotAnItem{1001, kError,
                                 "neither an attribute nor a block"};
inline constexpr Code kBrokenHeader{1002, kError, "a name without `=` or `{`"};
inline constexpr Code kNoValue{1003, kError, "a value is missing"};
inline constexpr Code kLineNotOver{1004, kError,
                                   "more on the line after a value"};
inline constexpr Code kBrokenList{1005, kError, "broken list"};
inline constexpr Code kBrokenObject{1006, kError, "broken object"};
inline constexpr Code kUnclosed{1007, kError, "bracket that is never closed"};
inline constexpr Code kUnopened{1008, kError,
                                "closing bracket without its opening one"};
inline constexpr Code kBrokenOneLineBlock{1009, kError,
                                          "block on one line holds too much"};
inline constexpr Code kUnterminatedString{1010, kError,
                                          "string without its closing quote"};
inline constexpr Code kBadEscape{1011, kError, "unknown escape sequence"};
inline constexpr Code kUnterminatedHeredoc{1012, kError,
                                           "heredoc without its end"};
inline constexpr Code kBadHeredoc{1013, kError, "heredoc without a marker"};
inline constexpr Code kUnterminatedComment{1014, kError,
                                           "comment without its end"};
inline constexpr Code kBadNumber{1015, kError, "malformed number"};
inline constexpr Code kNumberRange{1016, kError, "number out of range"};
inline constexpr Code kBadCharacter{1017, kError, "unexpected character"};
inline constexpr Code kBrokenConditional{1018, kError, "broken conditional"};
inline constexpr Code kBrokenFor{1019, kError, "broken for expression"};

inline constexpr Code kNotUtf8{1020, kError, "file that is not UTF-8"};
inline constexpr Code kControlCharacter{1021, kError, "control character"};
inline constexpr Code kByteOrderMark{1022, kError, "byte order mark"};
inline constexpr Code kBidiControl{1023, kError,
                                   "bidirectional control character"};
inline constexpr Code kInvisible{1024, kError, "invisible character"};
inline constexpr Code kNotNormalized{1025, kError,
                                     "text not in Unicode form NFC"};
inline constexpr Code kBrokenInterpolation{1026, kError,
                                           "broken interpolation"};
inline constexpr Code kNestedSplat{1027, kError, "splat within a splat"};
inline constexpr Code kAmbiguousKey{1028, kError, "ambiguous key"};

inline constexpr Code kFileTooLarge{1030, kError, "file too large"};
inline constexpr Code kTooDeep{1031, kError, "brackets nested too deep"};
inline constexpr Code kTooManyErrors{1032, kError, "too many syntax errors"};
inline constexpr Code kTooLong{1033, kError, "expression too long"};

// P1040 to P1045 and P1047 are retired: they refused expressions that are part
// of the language now.
inline constexpr Code kDirective{1046, kError, "template directive"};

inline constexpr const Code* kCodes[] = {&kNotAnItem,
                                         &kBrokenHeader,
                                         &kNoValue,
                                         &kLineNotOver,
                                         &kBrokenList,
                                         &kBrokenObject,
                                         &kUnclosed,
                                         &kUnopened,
                                         &kBrokenOneLineBlock,
                                         &kUnterminatedString,
                                         &kBadEscape,
                                         &kUnterminatedHeredoc,
                                         &kBadHeredoc,
                                         &kUnterminatedComment,
                                         &kBadNumber,
                                         &kNumberRange,
                                         &kBadCharacter,
                                         &kBrokenConditional,
                                         &kBrokenFor,
                                         &kNotUtf8,
                                         &kControlCharacter,
                                         &kByteOrderMark,
                                         &kBidiControl,
                                         &kInvisible,
                                         &kNotNormalized,
                                         &kBrokenInterpolation,
                                         &kNestedSplat,
                                         &kAmbiguousKey,
                                         &kFileTooLarge,
                                         &kTooDeep,
                                         &kTooManyErrors,
                                         &kTooLong,
                                         &kDirective};
static_assert(diag::IsTable(kCodes, 1000, 1999));

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_DIAGNOSTICS_H_
