// Expression to value.
//
// The language is total: no recursion, no clock, no file, no randomness, and a
// Budget over all of it. What holds in a policy:
//
// - Numbers. Integers have 64 bits, and an integer result that does not fit is
//   an error, as is division by zero. Decimals (`1.5`, `1 / 3`) have 512 bits
//   and are for intermediate values: who needs a whole number says so when a
//   fraction is left.
// - Operators. `+ - * / %`, `< <= > >=` and the sign take numbers, `&& || !`
//   take booleans, and nothing is converted: `"1" + 1` is an error whose help
//   names tonumber. `%` has the sign of its left side.
// - `==` and `!=` take anything, compare kind and value at any depth and never
//   convert: `"1" == 1` is false. A list written in a policy and one that came
//   out of a conversion are the same; a set equals sets only.
// - `&&`, `||` and `c ? a : b` evaluate what they need. The rest is still
//   searched for unknown names and functions. The branches of a conditional
//   may differ in type.
// - Templates. `"${x}"` alone is x itself. In text, strings, numbers and
//   booleans have a text; null, lists, objects and references have none.
// - Index and attribute. A list is indexed by a whole number from 0, an object
//   by a string; a set is not indexed. What is not there is an error that
//   points at the index and at the collection. `.name` works on objects.
// - Splat. `x[*].y` and `x.*.y` ask every element of a list or set; null is no
//   element, everything else is one.
// - `for` goes through lists, sets (key and value are the element) and objects
//   (in the order of their keys). A key that comes twice in an object is an
//   error unless `...` groups the values. Its names hide those outside.
// - Null means "not set". It can be compared, handed on and tested; used for
//   anything else it is an error.
// - References (`workload.pg`) can be compared and handed on.
//
// With Options::hcl, HCL's own rules hold instead, for the decoder that
// HashiCorp's suite judges: operands are converted, numbers never overflow 64
// bits but become decimals, both operands of `&&` and `||` are evaluated, the
// branches of a conditional get one type, keys and indexes are converted and a
// repeated key in `{…}` takes the last value. Two things stay ours: division by
// zero is an error, and there is no negative zero.
#ifndef POL_COMPILER_EVAL_EVALUATE_H_
#define POL_COMPILER_EVAL_EVALUATE_H_

#include "compiler/diag/sink.h"
#include "compiler/eval/budget.h"
#include "compiler/eval/environment.h"
#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::eval {

struct Options {
  bool hcl = false;
};

// Never fails: what is wrong goes to the sink, once, and the value is invalid
// and absorbs what is done to it. A list or object with an invalid part is
// tainted, its other parts can be used.
Value Evaluate(const syntax::Expression& expression, Environment& environment,
               Budget& budget, diag::Sink& sink, Options options = {});

// One more name in sight, as a `for` has it; for blocks that repeat
// (`each.key`) and tests.
struct Binding {
  std::string_view name;
  Value value;
};
Value Evaluate(const syntax::Expression& expression, Environment& environment,
               absl::Span<const Binding> bindings, Budget& budget,
               diag::Sink& sink, Options options = {});

// An environment without names, for constants: reports every name.
class NoNames : public Environment {
 public:
  Value Lookup(const syntax::Traversal& traversal, Span span, size_t& used,
               diag::Sink& sink) override;
  const UserFunction* FindFunction(std::string_view name) override;
};

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_EVALUATE_H_
