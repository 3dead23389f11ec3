#include "compiler/testrun/change.h"

#include <algorithm>

namespace pol::testrun {
namespace {

bool Has(const ir::IdentitySet& set, ir::IdentityNumber identity) {
  return std::binary_search(set.begin(), set.end(), identity);
}

}  // namespace

bool Side::Contains(const ir::RuleSet& rules,
                    ir::IdentityNumber identity) const {
  switch (kind) {
    case Kind::kAll:
      return true;
    case Kind::kSet:
      return Has(rules.sets[set], identity);
    case Kind::kAllButSet:
      return !Has(rules.sets[set], identity);
    case Kind::kOnly:
      break;
  }
  return Has(only, identity);
}

bool Box::Contains(const ir::RuleSet& rules,
                   const ir::Connection& connection) const {
  auto is_here = [&connection](const values::PortRange& range) {
    return range.Contains(connection.port);
  };
  return (protocol ? *protocol == connection.protocol &&
                         std::any_of(ports.begin(), ports.end(), is_here)
                   : is_here(values::PortsOf(connection.protocol))) &&
         sources.Contains(rules, connection.source) &&
         targets.Contains(rules, connection.target);
}

Box BoxOf(const ir::Rule& rule) {
  return {Side::Set(rule.sources), Side::Set(rule.targets), rule.protocol,
          rule.ports};
}

}  // namespace pol::testrun
