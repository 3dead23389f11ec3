// The SPIFFE IDs and patterns of a run, each once, and the names that stand for
// them.
#ifndef POL_COMPILER_SEMA_PEERS_H_
#define POL_COMPILER_SEMA_PEERS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "compiler/diag/sink.h"
#include "compiler/sema/model.h"
#include "compiler/sema/names.h"

namespace pol::sema {

class PeerTable {
 public:
  explicit PeerTable(diag::Sink& sink) : sink_(sink) {}

  // An `identity` block with a SPIFFE ID or a pattern. Two blocks for the same
  // are an error.
  std::optional<IdentityRef> Declare(const std::string& name,
                                     const values::SpiffeId& id, Span span);
  std::optional<PatternRef> Declare(const std::string& name,
                                    const values::SpiffePattern& pattern,
                                    Span span);

  // Written in place.
  IdentityRef Mention(const values::SpiffeId& id, Span span);
  PatternRef Mention(const values::SpiffePattern& pattern, Span span);

  // A reference to a declared identity.
  void UseIdentity(IdentityRef ref) { identities_[ref].used = true; }
  void UsePattern(PatternRef ref) { pattern_used_[ref] = true; }

  // Warns about `identity` blocks that nothing uses.
  void ReportUnused();

  // Hands everything to the model, identities in order of first appearance, and
  // puts its references right.
  void MoveInto(Model& model);

 private:
  struct Entry {
    Identity identity;
    Span first;  // where the SPIFFE ID appears first
    bool used = false;
  };

  IdentityRef Intern(const values::SpiffeId& id, Span span);
  PatternRef Intern(const values::SpiffePattern& pattern, Span span);
  void ReportSame(const std::string& name, std::string_view text, Span span,
                  const std::string& first_name, Span first);

  diag::Sink& sink_;
  std::vector<Entry> identities_;
  std::vector<Pattern> patterns_;
  std::vector<bool> pattern_used_;
  absl::flat_hash_map<std::string, IdentityRef> by_id_;
  absl::flat_hash_map<std::string, PatternRef> by_pattern_;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_PEERS_H_
