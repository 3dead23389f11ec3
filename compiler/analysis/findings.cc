#include "compiler/analysis/findings.h"

#include <algorithm>
#include <tuple>

namespace pol::analysis {

std::vector<Finding> FindAll(const ir::RuleSet& rules) {
  std::vector<Finding> findings;
  const Space space(rules);
  FindIdleRules(space, findings);
  FindContradictions(space, findings);
  FindBearerless(space, findings);
  FindBrokenInvariants(space, findings);
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) {
                     return std::tuple(a.code->number, a.subject) <
                            std::tuple(b.code->number, b.subject);
                   });
  return findings;
}

ir::RuleSet LiveAt(const ir::RuleSet& rules, int64_t moment) {
  ir::RuleSet live = rules;
  for (ir::Rule& rule : live.rules) {
    if (Until(rule) < moment) rule.ports.clear();
  }
  return live;
}

}  // namespace pol::analysis
