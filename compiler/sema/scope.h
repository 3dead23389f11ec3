// What the names in one instance of a module mean to an expression.
#ifndef POL_COMPILER_SEMA_SCOPE_H_
#define POL_COMPILER_SEMA_SCOPE_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "compiler/eval/environment.h"
#include "compiler/sema/mentions.h"
#include "compiler/sema/names.h"

namespace pol::sema {

// `local.x`, `var.x` and `module.c.o` are the values of nodes, which have to be
// there when something asks for them; nouns are references to declarations.
class Scope final : public eval::Environment {
 public:
  Scope(Names& names, InstanceNumber instance)
      : names_(names), instance_(instance) {}

  eval::Value Lookup(const syntax::Traversal& traversal, Span span,
                     size_t& used, diag::Sink& sink) override;
  const eval::UserFunction* FindFunction(std::string_view name) override;
  std::vector<std::string_view> FunctionNames() override;

  InstanceNumber instance() const { return instance_; }

 private:
  eval::Value LookupModule(const syntax::Traversal& traversal, Span span,
                           size_t& used);
  eval::Value LookupNoun(const syntax::Traversal& traversal, Noun noun,
                         Span span, size_t& used);
  eval::Value ReportRoot(const syntax::Traversal& traversal, Span span);
  // The name behind the root; null, with a diagnostic, when there is none.
  const std::string* NameOf(const syntax::Traversal& traversal,
                            size_t step = 0);

  Names& names_;
  InstanceNumber instance_;
  // Those handed out stay where they are.
  absl::node_hash_map<std::string_view, eval::UserFunction> functions_;
};

// The constant that a mention leads to, if it leads to one: `local.x`, `var.x`,
// `module.c.o`, or the call of a `function`. Reports nothing. `module.c` alone
// leads to all outputs of the call.
void ForEachNode(const Names& names, InstanceNumber instance,
                 const Mention& mention,
                 const std::function<void(NodeNumber)>& visit);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_SCOPE_H_
