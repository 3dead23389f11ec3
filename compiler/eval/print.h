// Values as text.
#ifndef POL_COMPILER_EVAL_PRINT_H_
#define POL_COMPILER_EVAL_PRINT_H_

#include <string>
#include <string_view>

#include "compiler/eval/value.h"

namespace pol::eval {

// As it would be written in a policy, on one line: `["a", 1]`, `{a = true}`,
// `toset([1])`; a reference is its text, what is invalid `<invalid>`.
std::string Print(const Value& value);

// `"…"` with HCL's escapes: what the parser reads back as `text`.
std::string Quote(std::string_view text);

// The key of an object as it is written: bare when it is a name, else quoted.
std::string PrintKey(std::string_view key);
// How it is asked for: `.name` or `["other key"]`.
std::string PrintStep(std::string_view key);

// For messages: Print cut after `limit` bytes, with "…" then.
std::string Excerpt(const Value& value, size_t limit = 60);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_PRINT_H_
