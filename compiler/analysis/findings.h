// What is true of a whole RuleSet, found exactly: nothing is sampled, nothing
// missed, nothing invented.
//
// Rules under `mode = "audit"` take part in no decision and so in no finding
// but those about one rule alone. A rule's date counts: one rule makes another
// redundant only if it holds at least as long, a statement holds when it holds
// at all times.
#ifndef POL_COMPILER_ANALYSIS_FINDINGS_H_
#define POL_COMPILER_ANALYSIS_FINDINGS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/analysis/space.h"
#include "compiler/diag/code.h"
#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::analysis {

struct Finding {
  const diag::Code* code = nullptr;
  // Position of what it is about: of a rule; of an invariant for the codes of
  // invariants; of a listener for kPrivilegedPort; unused for kNoResolver.
  size_t subject = 0;
  // Positions of the other rules of the story, ascending. kRedundant: rules
  // that together do what the rule does. kShadowed and kPartlyShadowed: denies.
  // kNeedlessDeny: denies that do its work. kContradiction: rules that ask for
  // something else. Of an invariant: the rule that breaks it, if one does.
  // kNoResolver: workloads.
  std::vector<size_t> others;
  std::optional<ir::TlsList> list;  // of kContradiction: of what
  bool of_sources = false;          // of kNobody: of the sources or the targets
  size_t range = 0;                 // of kNoListener: position in Rule::ports
  std::optional<Witness> witness;
  std::optional<Witness> outside;  // of kPartlyShadowed: what is still allowed
};

// kMatchesNothing, kRedundant, kShadowed, kPartlyShadowed, kNeedlessDeny.
//
// Rules are looked at from the last to the first, denies before allows, and one
// that is found redundant or needless counts as removed from then on: all that
// are found can go together and no decision changes.
void FindIdleRules(const Space& space, std::vector<Finding>& out);

// kContradiction: one finding for each rule and list such that some connection
// that is not denied is matched by the rule and by later ones, and the others
// could be met without it.
void FindContradictions(const Space& space, std::vector<Finding>& out);

// kNobody, kNoListener, kPrivilegedPort, kNoResolver.
void FindBearerless(const Space& space, std::vector<Finding>& out);

// kNeverBroken, kOnlyBroken, kAlwaysBroken.
//
// A connection gets through when it is allowed by requirements that it can
// meet, or left alone. `always` in clear text (with a version) wants every
// connection of the box to get through so.
void FindBrokenInvariants(const Space& space, std::vector<Finding>& out);

// All of the above, in the order of codes and subjects.
std::vector<Finding> FindAll(const ir::RuleSet& rules);

// The rules that hold at a moment; those that have ended are without ports, so
// that positions stay.
ir::RuleSet LiveAt(const ir::RuleSet& rules, int64_t moment);

}  // namespace pol::analysis

#endif  // POL_COMPILER_ANALYSIS_FINDINGS_H_
