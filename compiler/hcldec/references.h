// The names that an expression asks for.
#ifndef POL_COMPILER_HCLDEC_REFERENCES_H_
#define POL_COMPILER_HCLDEC_REFERENCES_H_

#include <vector>

#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::hcldec {

// One use of a name from outside the expression, with the steps that are
// constant.
struct ReferenceUse {
  const syntax::Traversal* traversal = nullptr;
  support::Span span;  // from the root to the last step
  eval::Value value;   // invalid where it is not known
};

// In the order of the text; names that a `for` of the expression binds are not
// among them.
std::vector<ReferenceUse> References(const syntax::Expression& expression);

}  // namespace pol::hcldec

#endif  // POL_COMPILER_HCLDEC_REFERENCES_H_
