// The paths that an expression of file_contexts(5) matches, as a regular set.
//
// The dialect is PCRE2's as libselinux uses it: bytes, `.` is any byte
// (PCRE2_DOTALL), the expression stands between `^` and `$`, so that a text may
// end in one newline more. Of it, all that is regular in a plain way: literals,
// escapes, classes (with `[:alpha:]`), `.`, groups, alternatives in them, `*`,
// `+`, `?`, `{m,n}` and their lazy forms.
#ifndef POL_COMPILER_AUTOMATA_REGEX_H_
#define POL_COMPILER_AUTOMATA_REGEX_H_

#include <string_view>

#include "compiler/automata/regular_set.h"
#include "compiler/support/status.h"

namespace pol::automata {

// kUnimplemented: back references, look-around, `\b` and whatever else is not
// modelled, alternatives outside a group, which releases of libselinux read
// differently, and what releases of PCRE2 read differently. What holds of the
// expression is then unknown. kInvalidArgument: not an expression.
// kResourceExhausted: too large an automaton. An answer is never wrong.
absl::StatusOr<RegularSet> CompileRegex(std::string_view expression);

}  // namespace pol::automata

#endif  // POL_COMPILER_AUTOMATA_REGEX_H_
