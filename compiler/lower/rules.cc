#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "compiler/ir/sets.h"
#include "compiler/lower/passes.h"

namespace pol::lower {

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

ir::SetNumber SetTable::Add(const sema::Peers& peers) {
  Key key(peers.any, peers.unknown, peers.identities, peers.patterns,
          peers.sets);
  const auto [at, is_new] = numbers_.emplace(std::move(key), 0);
  if (is_new) at->second = ir::AddSet(rules_, numbering_.Of(peers));
  return at->second;
}

namespace {

ir::TlsRequirement Lowered(const sema::Tls& tls) {
  ir::TlsRequirement lowered;
  lowered.min_version = tls.min_version;
  lowered.server_names = tls.server_names;
  lowered.alpn = tls.alpn;
  lowered.key_exchange = tls.key_exchange;
  lowered.cipher_suites = tls.cipher_suites;
  lowered.starttls = tls.starttls;
  return lowered;
}

ir::Rule Lowered(const sema::Policy& policy, const support::SourceSet& sources,
                 SetTable& sets) {
  ir::Rule rule;
  rule.name = policy.name;
  rule.effect = policy.effect == sema::Effect::kAllow ? ir::Effect::kAllow
                                                      : ir::Effect::kDeny;
  rule.mode = policy.mode == sema::Mode::kEnforce ? ir::Mode::kEnforce
                                                  : ir::Mode::kAudit;
  rule.sources = sets.Add(policy.sources);
  rule.targets = sets.Add(policy.targets);
  rule.protocol = policy.protocol;
  rule.ports = values::HasPorts(policy.protocol)
                   ? Merged(policy.ports)
                   : std::vector{values::PortRange::None()};
  rule.connection_authentication = policy.connection_authentication;
  rule.not_after = policy.not_after;
  rule.reason = policy.reason;
  rule.origin = OriginOf(sources, policy.span);
  rule.source_origin = OriginOf(sources, policy.sources.span);
  rule.target_origin = OriginOf(sources, policy.targets.span);
  rule.port_origin = OriginOf(sources, policy.port_span);
  if (policy.tls) {
    rule.tls = Lowered(*policy.tls);
    rule.tls_origin = OriginOf(sources, policy.tls->span);
  }
  return rule;
}

}  // namespace

std::vector<size_t> AddRules(const sema::Model& model,
                             const support::SourceSet& sources, SetTable& sets,
                             ir::RuleSet& rules) {
  std::vector<size_t> order(model.policies.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return model.policies[a].name < model.policies[b].name;
  });
  std::vector<size_t> rule_of(order.size());
  rules.rules.reserve(order.size());
  for (size_t policy : order) {
    rule_of[policy] = rules.rules.size();
    rules.rules.push_back(Lowered(model.policies[policy], sources, sets));
  }
  return rule_of;
}

}  // namespace pol::lower
