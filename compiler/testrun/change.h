// A change of one rule in a box of connections: what both an edge of a rule
// and a mutant of it are made of.
//
// The rule matches either all connections of the box or none of them. A change
// *shows* at a trial when the trial lies in the box and its verdict changes
// with the rule. So an edge is exercised where moving it shows, and a mutant
// can be killed where it shows; where nothing shows, nobody can tell.
#ifndef POL_COMPILER_TESTRUN_CHANGE_H_
#define POL_COMPILER_TESTRUN_CHANGE_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "compiler/ir/decide.h"
#include "compiler/ir/rule_set.h"

namespace pol::testrun {

// Identities at one end.
struct Side {
  enum class Kind { kAll, kSet, kAllButSet, kOnly };
  Kind kind = Kind::kAll;
  ir::SetNumber set = 0;  // of kSet and kAllButSet
  ir::IdentitySet only;   // of kOnly

  static Side All() { return {}; }
  static Side Set(ir::SetNumber set) { return {Kind::kSet, set, {}}; }
  static Side AllBut(ir::SetNumber set) { return {Kind::kAllButSet, set, {}}; }
  static Side Only(ir::IdentitySet only) {
    return {Kind::kOnly, 0, std::move(only)};
  }

  bool Contains(const ir::RuleSet& rules, ir::IdentityNumber identity) const;
};

struct Box {
  Side sources;
  Side targets;
  std::optional<values::Protocol> protocol;  // unset: any
  // Ascending, apart; of any protocol, all that it has, and not given.
  std::vector<values::PortRange> ports = {};

  std::vector<values::PortRange> ports_on(values::Protocol which) const {
    return protocol ? ports : std::vector{values::PortsOf(which)};
  }

  bool Contains(const ir::RuleSet& rules,
                const ir::Connection& connection) const;
};

// All that a rule matches.
Box BoxOf(const ir::Rule& rule);

struct Change {
  enum class Kind {
    kOut,      // the rule, which matches the box, no longer does
    kIn,       // the rule, which does not match the box, now does
    kTerms,    // the rule has another effect or other requirements
    kDecides,  // no change: shows where the rule is the one who decides
    kDefault,  // no change: shows where the default denies
  };
  Kind kind = Kind::kOut;
  size_t rule = 0;  // of kDefault: none
  Box where = {};
  // Of kTerms.
  ir::Effect effect = ir::Effect::kAllow;
  std::optional<ir::TlsRequirement> tls = std::nullopt;
  // Shows for connections in clear text only.
  bool clear_text = false;
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_CHANGE_H_
