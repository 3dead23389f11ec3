#include <algorithm>

#include "compiler/ir/sets.h"
#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

// Ascending, with overlapping and adjacent ranges made one.
std::vector<values::PortRange> Merged(std::vector<values::PortRange> ports) {
  std::sort(ports.begin(), ports.end());
  std::vector<values::PortRange> merged;
  for (const values::PortRange& range : ports) {
    if (!merged.empty() && range.first <= merged.back().last + 1) {
      merged.back().last = std::max(merged.back().last, range.last);
    } else {
      merged.push_back(range);
    }
  }
  return merged;
}

ir::IdentitySet Numbers(const std::vector<sema::IdentityRef>& identities,
                        const Numbering& numbering) {
  ir::IdentitySet numbers;
  for (sema::IdentityRef identity : identities)
    numbers.push_back(numbering[identity]);
  return numbers;
}

}  // namespace

void AddRules(const sema::Model& model, const support::SourceSet& sources,
              const Numbering& numbering, ir::RuleSet& rules) {
  for (const sema::Policy& policy : model.policies) {
    ir::Rule rule;
    rule.name = policy.name;
    rule.effect = policy.effect == sema::Effect::kAllow ? ir::Effect::kAllow
                                                        : ir::Effect::kDeny;
    rule.mode = policy.mode == sema::Mode::kEnforce ? ir::Mode::kEnforce
                                                    : ir::Mode::kAudit;
    rule.sources = ir::AddSet(rules, Numbers(policy.sources, numbering));
    rule.targets = ir::AddSet(rules, Numbers(policy.targets, numbering));
    rule.ports = Merged(policy.ports);
    rule.protocol = policy.protocol;
    rule.reason = policy.reason;
    rule.origin = OriginOf(sources, policy.span);
    rule.source_origin = OriginOf(sources, policy.source_span);
    rule.target_origin = OriginOf(sources, policy.target_span);
    rule.port_origin = OriginOf(sources, policy.port_span);
    if (policy.tls) {
      rule.tls.emplace().min_version = policy.tls->min_version;
      rule.tls_origin = OriginOf(sources, policy.tls->span);
    }
    rules.rules.push_back(std::move(rule));
  }
  std::sort(rules.rules.begin(), rules.rules.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
}

}  // namespace pol::lower
