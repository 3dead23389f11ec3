#include "compiler/ir/decide.h"

#include <algorithm>

#include "compiler/support/check.h"

namespace pol::ir {

bool Matches(const Rule& rule, const Connection& connection) {
  return rule.protocol == connection.protocol &&
         std::binary_search(rule.sources.begin(), rule.sources.end(),
                            connection.source) &&
         std::binary_search(rule.targets.begin(), rule.targets.end(),
                            connection.target) &&
         std::any_of(rule.ports.begin(), rule.ports.end(),
                     [&](const values::PortRange& ports) {
                       return ports.Contains(connection.port);
                     });
}

Decision Combine(const RuleSet& rules, const std::vector<size_t>& matching,
                 bool governed, AuditRules audit) {
  Decision allow;
  for (size_t i : matching) {
    const Rule& rule = rules.rules[i];
    if (rule.mode == Mode::kAudit && audit == AuditRules::kIgnored) continue;
    if (rule.effect == Effect::kDeny) return {Verdict::kDeny, i, {}, {}};
    allow.verdict = Verdict::kAllow;
    if (!allow.rule) allow.rule = i;
    if (rule.min_tls && (!allow.min_tls || *rule.min_tls > *allow.min_tls)) {
      allow.min_tls = rule.min_tls;
      allow.tls_rule = i;
    }
  }
  if (allow.rule) return allow;
  return {governed ? Verdict::kDeny : Verdict::kLeftAlone, {}, {}, {}};
}

Decision Decide(const RuleSet& rules, const Connection& connection,
                AuditRules audit) {
  POL_CHECK(connection.source < rules.identities.size() &&
            connection.target < rules.identities.size())
      << "identity out of range";
  std::vector<size_t> matching;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (Matches(rules.rules[i], connection)) matching.push_back(i);
  }
  bool governed = rules.identities[connection.source].governed_egress ||
                  rules.identities[connection.target].governed_ingress;
  return Combine(rules, matching, governed, audit);
}

bool MeetsTls(const Decision& decision,
              std::optional<values::TlsVersion> seen) {
  return !decision.min_tls || (seen && *seen >= *decision.min_tls);
}

std::string_view ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kLeftAlone:
      return "left alone";
    case Verdict::kAllow:
      return "allowed";
    case Verdict::kDeny:
      return "denied";
  }
  POL_CHECK(false) << "verdict";
  return {};
}

}  // namespace pol::ir
