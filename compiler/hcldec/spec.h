// A decode specification: how the body of an HCL file becomes one value.
//
// The language of these files is that of HashiCorp's program hcldec, so that
// HashiCorp's own runner of the HCL conformance suite can judge our parser and
// evaluator. It is of use to the developers of polc alone.
#ifndef POL_COMPILER_HCLDEC_SPEC_H_
#define POL_COMPILER_HCLDEC_SPEC_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/eval/type.h"
#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::hcldec {

using support::Span;

// What is wrong with a specification or with the body it is laid on.
struct Problem {
  Span span;
  std::string summary;
  std::string detail;
};

struct Spec {
  enum class Kind : uint8_t {
    kObject,      // children by name
    kArray,       // children in order
    kLiteral,     // `literal`
    kAttribute,   // `name`, `type`, `required`
    kBlock,       // `name`, `required`, one child
    kBlockList,   // `name`, `least`, `most`, one child
    kBlockSet,    // the same
    kBlockMap,    // `name`, `labels`, one child
    kBlockAttrs,  // `name`, `type` of the elements, `required`
    kDefault,     // children: the first that is not null counts
  };

  Kind kind = Kind::kLiteral;
  std::string name;  // of the attribute or block in the body
  eval::Type type;
  eval::Value literal;
  bool required = false;
  int64_t least = 0;
  int64_t most = 0;  // 0 is any number
  std::vector<std::string> labels;
  std::vector<std::string> keys;  // of an object, one for each child
  std::vector<Spec> children;

  bool is_block() const;
};

struct SpecFile {
  std::map<std::string, eval::Value, std::less<>> variables;
  Spec root;
};

// What is wrong goes to `problems`, or to `sink` when an expression is at
// fault; the result is then of no use.
SpecFile ReadSpec(const syntax::Ast& ast, std::vector<Problem>& problems,
                  diag::Sink& sink);

// The type of what a specification decodes.
eval::Type ImpliedType(const Spec& spec);

}  // namespace pol::hcldec

#endif  // POL_COMPILER_HCLDEC_SPEC_H_
