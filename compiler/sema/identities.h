// The SPIFFE IDs of a module, each once, and the names that stand for them.
#ifndef POL_COMPILER_SEMA_IDENTITIES_H_
#define POL_COMPILER_SEMA_IDENTITIES_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"
#include "compiler/sema/scope.h"

namespace pol::sema {

class Identities {
 public:
  explicit Identities(diag::Sink& sink) : sink_(sink) {}

  // An `identity` block. Two blocks for one SPIFFE ID are an error.
  void Declare(const std::string& name, const values::SpiffeId& id, Span span);

  // A SPIFFE ID written in place.
  IdentityRef Mention(const values::SpiffeId& id, Span span);

  // From now on `workload.name` (or `endpoint.name`) means that identity.
  void Bear(Noun noun, const std::string& name, IdentityRef identity);

  // What a declared name means; nothing when its own block is wrong. Counts as
  // a use.
  std::optional<IdentityRef> Of(Noun noun, const std::string& name);

  // Warns about `identity` blocks that nothing uses.
  void ReportUnused();

  // Hands the identities to the model, in order of first appearance, and puts
  // its references right.
  void MoveInto(Model& model);

 private:
  struct Entry {
    Identity identity;
    Span first;  // where the SPIFFE ID appears first
    bool used = false;
  };

  IdentityRef Intern(const values::SpiffeId& id, Span span);

  diag::Sink& sink_;
  std::vector<Entry> entries_;
  std::map<std::string, IdentityRef> by_text_;
  std::map<std::pair<Noun, std::string>, IdentityRef> by_name_;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_IDENTITIES_H_
