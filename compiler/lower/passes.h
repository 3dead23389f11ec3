// The passes of lowering. Each reads the Model and adds its part to the
// RuleSet.
#ifndef POL_COMPILER_LOWER_PASSES_H_
#define POL_COMPILER_LOWER_PASSES_H_

#include <map>
#include <tuple>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"
#include "compiler/lower/universe.h"
#include "compiler/sema/model.h"
#include "compiler/support/source.h"

namespace pol::lower {

// The number of everything that a Model can speak of.
struct Numbering {
  // By position in the Model: of an identity, and of all that match a pattern
  // (ascending).
  std::vector<ir::IdentityNumber> identities;
  std::vector<ir::IdentitySet> patterns;
  // What the Model's identity sets hold, ascending.
  std::vector<ir::IdentitySet> sets;
  ir::IdentityNumber count = 0;  // of all identities and regions

  ir::IdentitySet Of(const sema::Peers& peers) const;  // ascending
};

ir::Origin OriginOf(const support::SourceSet& sources, support::Span span);

// "tcp 5432" of the author to what a Rule holds: ascending and merged.
std::vector<values::PortRange> Merged(std::vector<values::PortRange> ports);

// Numbers the identities by SPIFFE ID behind the unknown one, and behind them
// the regions that the patterns make. Regions are made only when something
// speaks of identities that have no name. Without patterns when there are too
// many regions; a diagnostic has said so.
Numbering AddIdentities(const sema::Model& model, const Universe& universe,
                        const support::SourceSet& sources, diag::Sink& sink,
                        ir::RuleSet& rules);

// Marks what is governed and borne; adds workloads, addresses and listeners.
void AddBearers(const sema::Model& model, const support::SourceSet& sources,
                const Numbering& numbering, ir::RuleSet& rules);

// The sets of a RuleSet while it is filled: what is said twice is looked up.
class SetTable {
 public:
  SetTable(const Numbering& numbering, ir::RuleSet& rules)
      : numbering_(numbering), rules_(rules) {}

  ir::SetNumber Add(const sema::Peers& peers);

 private:
  using Key =
      std::tuple<bool, bool, std::vector<sema::IdentityRef>,
                 std::vector<sema::PatternRef>, std::vector<sema::SetRef>>;

  const Numbering& numbering_;
  ir::RuleSet& rules_;
  std::map<Key, ir::SetNumber> numbers_;
};

// Adds one rule a policy, with ports merged. The result says where each policy
// of the Model went.
std::vector<size_t> AddRules(const sema::Model& model,
                             const support::SourceSet& sources, SetTable& sets,
                             ir::RuleSet& rules);

// Adds files and file-context rules.
void AddFiles(const sema::Model& model, const support::SourceSet& sources,
              ir::RuleSet& rules);

// Adds the parts of `selinux` blocks.
void AddSelinux(const sema::Model& model, const support::SourceSet& sources,
                ir::RuleSet& rules);

// Adds tests, invariants and waivers.
void AddStatements(const sema::Model& model, const support::SourceSet& sources,
                   const Numbering& numbering,
                   const std::vector<size_t>& rule_of, SetTable& sets,
                   ir::RuleSet& rules);

}  // namespace pol::lower

#endif  // POL_COMPILER_LOWER_PASSES_H_
