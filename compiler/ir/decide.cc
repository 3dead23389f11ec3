#include "compiler/ir/decide.h"

#include <algorithm>
#include <iterator>

#include "compiler/support/check.h"

namespace pol::ir {
namespace {

bool Has(const IdentitySet& set, IdentityNumber identity) {
  return std::binary_search(set.begin(), set.end(), identity);
}

const std::vector<std::string>* ListOf(const TlsRequirement& tls,
                                       TlsList list) {
  switch (list) {
    case TlsList::kServerName:
      return &tls.server_names;
    case TlsList::kAlpn:
      return &tls.alpn;
    case TlsList::kKeyExchange:
      return &tls.key_exchange;
    case TlsList::kStarttls:
      return nullptr;
  }
  return nullptr;
}

const std::string& SeenName(const SeenTls& seen, TlsList list) {
  switch (list) {
    case TlsList::kServerName:
      return seen.server_name;
    case TlsList::kAlpn:
      return seen.alpn;
    case TlsList::kKeyExchange:
      return seen.group;
    case TlsList::kStarttls:
      break;
  }
  return seen.starttls;
}

void AddNames(std::vector<std::string> names, size_t rule,
              std::optional<AskedNames>& asked) {
  if (names.empty()) return;
  if (!asked) {
    asked = {std::move(names), rule};
    return;
  }
  std::vector<std::string> common;
  std::set_intersection(asked->names.begin(), asked->names.end(), names.begin(),
                        names.end(), std::back_inserter(common));
  if (common.size() == asked->names.size()) return;
  asked = {std::move(common), rule};
}

void AddRequirements(const Rule& rule, size_t position, Decision& decision) {
  if (rule.connection_authentication && !decision.authentication_rule)
    decision.authentication_rule = position;
  if (!rule.tls) return;
  if (!decision.min_tls || rule.tls->min_version > *decision.min_tls) {
    decision.min_tls = rule.tls->min_version;
    decision.tls_rule = position;
  }
  for (TlsList list : kTlsLists) {
    AddNames(NamesOf(*rule.tls, list), position,
             decision.asked[static_cast<size_t>(list)]);
  }
}

}  // namespace

std::vector<std::string> NamesOf(const TlsRequirement& tls, TlsList list) {
  if (const auto* names = ListOf(tls, list)) return *names;
  if (tls.starttls.empty()) return {};
  return {tls.starttls};
}

bool Matches(const RuleSet& rules, const Rule& rule,
             const Connection& connection) {
  return rule.protocol == connection.protocol &&
         Has(rules.sources(rule), connection.source) &&
         Has(rules.targets(rule), connection.target) &&
         std::any_of(rule.ports.begin(), rule.ports.end(),
                     [&](const values::PortRange& ports) {
                       return ports.Contains(connection.port);
                     });
}

bool IsGoverned(const RuleSet& rules, const Connection& connection) {
  return rules.identities[connection.source].governed_egress ||
         rules.identities[connection.target].governed_ingress;
}

Decision Combine(const RuleSet& rules, const std::vector<size_t>& matching,
                 bool governed, AuditRules audit) {
  Decision allow;
  for (size_t i : matching) {
    const Rule& rule = rules.rules[i];
    if (rule.mode == Mode::kAudit && audit == AuditRules::kIgnored) continue;
    if (rule.effect == Effect::kDeny) {
      Decision deny;
      deny.verdict = Verdict::kDeny;
      deny.rule = i;
      return deny;
    }
    allow.verdict = Verdict::kAllow;
    if (!allow.rule) allow.rule = i;
    AddRequirements(rule, i, allow);
  }
  if (!allow.rule && governed) allow.verdict = Verdict::kDeny;
  return allow;
}

Decision Decide(const RuleSet& rules, const Connection& connection,
                AuditRules audit) {
  POL_CHECK(connection.source < rules.identities.size() &&
            connection.target < rules.identities.size())
      << "identity out of range";
  std::vector<size_t> matching;
  for (size_t i = 0; i < rules.rules.size(); ++i) {
    if (Matches(rules, rules.rules[i], connection)) matching.push_back(i);
  }
  return Combine(rules, matching, IsGoverned(rules, connection), audit);
}

std::optional<Unmet> FirstUnmet(const Decision& decision,
                                const std::optional<SeenTls>& seen) {
  if (decision.min_tls && (!seen || seen->version < *decision.min_tls))
    return Unmet{std::nullopt, *decision.tls_rule};
  for (TlsList list : kTlsLists) {
    const std::optional<AskedNames>& asked = decision.names(list);
    if (asked && !std::binary_search(asked->names.begin(), asked->names.end(),
                                     SeenName(*seen, list))) {
      return Unmet{list, asked->rule};
    }
  }
  return std::nullopt;
}

bool CanBeMet(const Decision& decision) {
  return std::none_of(
      decision.asked.begin(), decision.asked.end(),
      [](const auto& asked) { return asked && asked->names.empty(); });
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

std::string_view ToString(TlsList list) {
  switch (list) {
    case TlsList::kServerName:
      return "server name";
    case TlsList::kAlpn:
      return "ALPN protocol";
    case TlsList::kKeyExchange:
      return "key exchange";
    case TlsList::kStarttls:
      return "start of TLS";
  }
  POL_CHECK(false) << "list";
  return {};
}

}  // namespace pol::ir
