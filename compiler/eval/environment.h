// What the names in an expression mean.
#ifndef POL_COMPILER_EVAL_ENVIRONMENT_H_
#define POL_COMPILER_EVAL_ENVIRONMENT_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::eval {

class Environment;

// A `function` block: its result is evaluated with the parameters bound and
// nothing else of the caller in sight.
struct UserFunction {
  std::string name;
  Span span;  // of the name, for messages
  std::vector<std::string> parameters;
  const syntax::Expression* result = nullptr;
  // Where the other names of `result` are looked up; the caller's when null.
  Environment* environment = nullptr;
};

class Environment {
 public:
  virtual ~Environment() = default;

  // The value of as much of `root.name…` as the environment understands; `used`
  // becomes the number of steps that it consumed, the evaluator does the rest
  // by indexing. A name that it does not know it reports itself and gives an
  // invalid value. Also asked about names in a branch that is not taken, so
  // that a typing mistake there is found: it answers the same each time and
  // reports each mistake once.
  virtual Value Lookup(const syntax::Traversal& traversal, Span span,
                       size_t& used, diag::Sink& sink) = 0;

  // Null when there is none.
  virtual const UserFunction* FindFunction(std::string_view name) = 0;

  // For "did you mean": the names that FindFunction knows.
  virtual std::vector<std::string_view> FunctionNames() { return {}; }
};

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_ENVIRONMENT_H_
