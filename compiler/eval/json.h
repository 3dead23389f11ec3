// Values as JSON and back (RFC 8259). Private to this room.
#ifndef POL_COMPILER_EVAL_JSON_H_
#define POL_COMPILER_EVAL_JSON_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/eval/value.h"

namespace pol::eval {

// `text` in quotes.
std::string JsonQuote(std::string_view text);

// Without blanks, keys sorted, sets as arrays, decimals with all their digits.
// Nothing when a reference is in it, which has no JSON. Stops after about
// `limit` bytes; the result is then longer than that.
std::optional<std::string> ToJson(const Value& value, size_t limit);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_JSON_H_
