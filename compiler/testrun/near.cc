#include "compiler/testrun/near.h"

#include <algorithm>

namespace pol::testrun {
namespace {

bool Has(const ir::IdentitySet& set, ir::IdentityNumber identity) {
  return std::binary_search(set.begin(), set.end(), identity);
}

}  // namespace

std::vector<size_t> Near(const ir::RuleSet& rules, size_t rule,
                         absl::Span<const Setting> settings) {
  const ir::Rule& which = rules.rules[rule];
  const ir::IdentitySet& sources = rules.sources(which);
  const ir::IdentitySet& targets = rules.targets(which);
  std::vector<size_t> near;
  for (size_t i = 0; i < settings.size(); ++i) {
    const ir::Connection& connection = settings[i].trial.connection;
    if (connection.protocol != which.protocol) continue;
    const bool port =
        std::any_of(which.ports.begin(), which.ports.end(),
                    [&](const values::PortRange& range) {
                      return connection.port + 1u >= range.first &&
                             connection.port <= range.last + 1u;
                    });
    // A change moves one of the three.
    if (!port) continue;
    if (Has(sources, connection.source) || Has(targets, connection.target))
      near.push_back(i);
  }
  return near;
}

}  // namespace pol::testrun
