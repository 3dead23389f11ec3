// The names that the files of a module declare, and the constants behind
// `local.`.
#ifndef POL_COMPILER_SEMA_SCOPE_H_
#define POL_COMPILER_SEMA_SCOPE_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::sema {

// What a reference can name. `host.x` and `endpoint.x` are the same.
enum class Noun { kIdentity, kWorkload, kEndpoint, kPolicy, kTrustDomain };

class Scope {
 public:
  Scope(const support::SourceSet& sources, diag::Sink& sink)
      : sources_(sources), sink_(sink) {}

  // Declares the name that is a block's label. False when it cannot be declared
  // (a diagnostic says why): the label is missing, is no name, or is taken.
  bool Declare(Noun noun, const syntax::Block& block);
  void DeclareLocal(const syntax::Attribute& attribute);

  // After all declarations: finds constants that are defined by themselves and
  // names in constants that nobody declares.
  void CheckLocals();

  // What an expression stands for: never a `local.` traversal. Null when a
  // diagnostic has said why that is not known.
  const syntax::Expression* Resolve(const syntax::Expression& expression);

  // The declared noun that `root.name` refers to. Reports an unknown name;
  // `root` itself is one of identity, workload, endpoint, host (NounOf).
  bool Has(Noun noun, const syntax::Traversal& traversal);
  static std::optional<Noun> NounOf(std::string_view root);

 private:
  struct Local {
    const syntax::Attribute* attribute;
    bool cyclic = false;
    int color = 0;  // of the search for cycles: new, open, done
  };
  using Locals = std::map<std::string_view, Local>;

  void CheckNames(const syntax::Expression& expression);
  void FindCycles(Locals::value_type& start);
  void ReportCycle(const std::vector<Locals::value_type*>& path,
                   const Locals::value_type* again);
  Local* FindLocal(const syntax::Traversal& traversal);
  const syntax::Expression* Step(const syntax::Expression& whole,
                                 const syntax::Traversal::Step& step);

  // Reports an unknown name with the nearest that is known.
  template <typename Map>
  void ReportUnknown(const syntax::Traversal& traversal,
                     std::string_view written, support::Span span,
                     const Map& known);

  const support::SourceSet& sources_;
  diag::Sink& sink_;
  std::map<std::string, support::Span, std::less<>> names_[5];
  Locals locals_;
  // Looking for the nearest name costs time for every name; a run does it so
  // often.
  int suggestions_left_ = 200;
};

// The `local.` names (and others) that an expression mentions, in source order.
std::vector<const syntax::Traversal*> Mentions(
    const syntax::Expression& expression);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_SCOPE_H_
