// A value of one type as a value of another, by the rules of cty, which HCL
// lives by.
//
// Numbers and booleans become strings and strings that spell them become them;
// a sequence becomes a list, a set or, with as many elements, a tuple; an
// object or map becomes a map, or an object when it has every attribute that
// is not optional (others are dropped). Null becomes a null of the type. `any`
// takes a value as it is; as the element type of a collection it stands for
// the one type that all elements can have.
#ifndef POL_COMPILER_EVAL_CONVERT_H_
#define POL_COMPILER_EVAL_CONVERT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/type.h"
#include "compiler/eval/value.h"

namespace pol::eval {

// Why a conversion does not go: the part that is at fault and a message for it,
// "`ports[2]` is a string, not a number".
struct Mismatch {
  Span span;
  std::string path;     // "[2].name", empty for the value itself
  std::string message;  // "a number is wanted, this is a string"
};

// Nothing and a filled `mismatch` when the value does not fit. Invalid parts
// fit everything. The result keeps the spans of the value.
std::optional<Value> TryConvert(const Value& value, const Type& type,
                                Mismatch& mismatch);

// Reports kNoConversion where the value does not fit, and is then invalid.
// `what` names it in the message: "variable `ports`".
Value Convert(const Value& value, const Type& type, std::string_view what,
              diag::Sink& sink);

// The type that values of all the types can be converted to without loss;
// `any` says nothing. Nothing when there is none.
std::optional<Type> Unify(absl::Span<const Type> types);

// "true" and "false"; the texts of numbers. Nothing for other kinds.
std::optional<std::string> TextOf(const Value& value);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_CONVERT_H_
