// The value that a specification makes of a body.
#ifndef POL_COMPILER_HCLDEC_DECODE_H_
#define POL_COMPILER_HCLDEC_DECODE_H_

#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/eval/environment.h"
#include "compiler/eval/value.h"
#include "compiler/hcldec/spec.h"
#include "compiler/syntax/ast.h"

namespace pol::hcldec {

// The variables of a specification file, for expressions of the body.
class SpecVariables : public eval::Environment {
 public:
  explicit SpecVariables(const SpecFile& file) : file_(file) {}

  eval::Value Lookup(const syntax::Traversal& traversal, Span span,
                     size_t& used, diag::Sink& sink) override;
  const eval::UserFunction* FindFunction(std::string_view name) override;

 private:
  const SpecFile& file_;
};

// What the specification does not expect, what it requires and misses, goes to
// `problems`; what an expression does not give, to `sink`. `end` is where a
// missing item would stand.
eval::Value Decode(const syntax::Body& body, Span end, const Spec& spec,
                   eval::Environment& environment,
                   std::vector<Problem>& problems, diag::Sink& sink);

// The attributes of a body that the specification reads, those of nested
// blocks included, in the order of the text.
std::vector<const syntax::Attribute*> ReadAttributes(const syntax::Body& body,
                                                     const Spec& spec);

}  // namespace pol::hcldec

#endif  // POL_COMPILER_HCLDEC_DECODE_H_
