// What a thorough author would exercise of one rule: each of its edges, from
// both sides.
//
//   - that it decides at all;
//   - each end of each port interval, inside, and the port just outside of it;
//   - of more than one source, each (see Units), and somebody who is none; the
//     same for targets;
//   - TLS of exactly the least version, of the one below it, and clear text;
//   - of each list of names, one that is on it and one that is not.
//
// And of each workload that it is governed: the default deny, in each
// direction.
//
// An edge is a Change (see change.h): a trial exercises it where the change
// shows, and an edge whose change shows nowhere is none: it has no other side
// (port 0), or another rule gives both sides the same verdict.
#ifndef POL_COMPILER_TESTRUN_EDGES_H_
#define POL_COMPILER_TESTRUN_EDGES_H_

#include <cstddef>
#include <string>
#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/change.h"
#include "compiler/testrun/names.h"
#include "compiler/testrun/units.h"

namespace pol::testrun {

struct Edge {
  Change change;
  std::string words;  // what no test does: "port 5433, just above its ports"
  ir::Origin origin;
};

struct EdgeMaker {
  const ir::RuleSet& rules;
  const Units& units;
  const Names& names;
  bool sampled = false;  // whether sets were too large to look at each member

  // None of a rule under `mode = "audit"`: it decides nothing.
  std::vector<Edge> OfRule(size_t rule);
  // The default deny of what comes in and of what goes out.
  std::vector<Edge> OfIdentity(ir::IdentityNumber identity) const;
};

// What edges and mutants share.

// Where a port range ends towards lower and towards higher ports: the port
// inside, and the one outside where there is one.
struct PortEnd {
  values::PortRange range;
  uint16_t inside = 0;
  std::optional<uint16_t> outside;
  bool upper = false;
};

// None of a rule for every port that there is.
std::vector<PortEnd> PortEnds(const ir::Rule& rule);

// A rule that does or does not match at one port.
Change AtPort(const ir::RuleSet& rules, size_t rule, Change::Kind kind,
              uint16_t port);
// A rule that does or does not match some of its sources or targets.
Change AtSide(const ir::RuleSet& rules, size_t rule, Change::Kind kind,
              bool source, Side side);

// The version below; unset below 1.0.
std::optional<values::TlsVersion> VersionBelow(values::TlsVersion version);
// The version above; above 1.3 one that no connection has.
values::TlsVersion VersionAbove(values::TlsVersion version);

// A rule with other requirements.
Change WithTls(const ir::RuleSet& rules, size_t rule,
               std::optional<ir::TlsRequirement> tls);

// A requirement with the names of one list replaced.
ir::TlsRequirement WithNames(ir::TlsRequirement tls, ir::TlsList list,
                             std::vector<std::string> names);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_EDGES_H_
