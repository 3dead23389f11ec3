#include "compiler/testrun/coverage.h"

#include <algorithm>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/testrun/near.h"

namespace pol::testrun {
namespace {

void Count(std::vector<Edge> edges, absl::Span<const Setting> settings,
           const std::vector<size_t>& near, Search& search,
           CoverageItem& item) {
  for (Edge& edge : edges) {
    const bool exercised =
        std::any_of(near.begin(), near.end(), [&](size_t setting) {
          return search.Shows(edge.change, settings[setting]);
        });
    if (exercised) {
      item.share += {1, 1};
    } else if (std::optional<Trial> trial = search.Find(edge.change)) {
      item.share += {0, 1};
      item.missing.push_back({std::move(edge), *std::move(trial)});
    }
  }
}

}  // namespace

Coverage MeasureCoverage(const Units& units, const Names& names,
                         absl::Span<const Setting> settings, Search& search) {
  const ir::RuleSet& rules = search.rules();
  EdgeMaker maker{rules, units, names};
  Coverage coverage;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    const ir::Rule& rule = rules.rules[i];
    CoverageItem& item = coverage.items.emplace_back();
    item.name = diag::Cat("policy ", rule.name);
    item.origin = rule.origin;
    item.rule = i;
    item.audit = rule.mode == ir::Mode::kAudit;
    Count(maker.OfRule(i), settings, Near(rules, i, settings), search, item);
    coverage.total += item.share;
  }
  for (ir::IdentityNumber i = 0; i < rules.identities.size(); ++i) {
    std::vector<Edge> edges = maker.OfIdentity(i);
    if (edges.empty()) continue;
    std::vector<size_t> near;
    for (size_t setting = 0; setting < settings.size(); ++setting) {
      const ir::Connection& connection = settings[setting].trial.connection;
      if (connection.source == i || connection.target == i)
        near.push_back(setting);
    }
    CoverageItem item;
    item.name = diag::Cat("default deny of ", names.Long(i));
    item.origin = rules.identities[i].origin;
    Count(std::move(edges), settings, near, search, item);
    if (item.share.whole == 0) continue;
    coverage.total += item.share;
    coverage.items.push_back(std::move(item));
  }
  coverage.sampled = maker.sampled;
  return coverage;
}

}  // namespace pol::testrun
