// Regular expressions in the functions of the language: RE2's, which always
// take time in proportion to the text. Private to this room.
#ifndef POL_COMPILER_EVAL_REGEX_H_
#define POL_COMPILER_EVAL_REGEX_H_

#include <string>

#include "compiler/eval/call.h"

namespace pol::eval {

// replace(text, "/pattern/", replacement); `$1`, `${name}` and `$$` in the
// replacement.
Value ReplaceRegex(Call& call, const std::string& pattern);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_REGEX_H_
