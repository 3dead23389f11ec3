#include "compiler/analysis/random_rules.h"

#include <utility>

#include "absl/strings/str_format.h"
#include "compiler/ir/sets.h"
#include "compiler/ir/verify.h"
#include "compiler/support/check.h"

namespace pol::analysis {

using values::Protocol;
using values::TlsVersion;

ir::RuleSet RandomRules::Make(const Shape& shape) {
  ir::RuleSet rules;
  const uint32_t identities = 1 + Below(shape.identities);
  rules.identities.resize(identities);
  rules.named = 1 + Below(identities);
  for (uint32_t i = 1; i < identities; ++i) {
    ir::Identity& identity = rules.identities[i];
    identity.id =
        *values::SpiffeId::Parse(absl::StrFormat("spiffe://a/%03d", i));
    identity.region = i >= rules.named;
    if (identity.region) continue;
    identity.governed_ingress = Below(3) != 0;
    identity.governed_egress = Below(3) != 0;
  }
  const uint32_t count =
      shape.rules / 2 + Below(shape.rules - shape.rules / 2 + 1);
  for (uint32_t i = 0; i < count; ++i) AddRule(shape, rules);
  for (uint32_t i = 0; i < shape.invariants; ++i) AddInvariant(shape, rules);
  ir::SortSets(rules);
  const std::string wrong = ir::Verify(rules);
  POL_CHECK(wrong.empty()) << wrong;
  return rules;
}

ir::IdentitySet RandomRules::SomeIdentities(const ir::RuleSet& rules) {
  ir::IdentitySet set;
  const auto count = static_cast<uint32_t>(rules.identities.size());
  if (Below(2) == 0) return {Below(count)};
  const uint32_t share = 1 + Below(3);
  for (uint32_t i = 0; i < count; ++i) {
    if (Below(share) == 0) set.push_back(i);
  }
  if (set.empty() && Below(8) != 0) set.push_back(Below(count));
  return set;
}

std::vector<values::PortRange> RandomRules::SomePorts(const Shape& shape) {
  if (Below(20) == 0) return {};
  if (Below(4) == 0) return {{1, 65535}};
  const auto first = static_cast<uint16_t>(1 + Below(shape.ports));
  const auto last =
      static_cast<uint16_t>(first + Below(shape.ports + 1 - first));
  if (last + 2u <= shape.ports && Below(3) == 0)
    return {
        {first, last},
        {static_cast<uint16_t>(last + 2), static_cast<uint16_t>(shape.ports)}};
  return {{first, last}};
}

std::vector<std::string> RandomRules::SomeNames() {
  std::vector<std::string> names;
  if (Below(2) == 0) return names;
  for (const char* name : {"a", "b", "c"}) {
    if (Below(3) != 0) names.emplace_back(name);
  }
  return names;
}

void RandomRules::AddRule(const Shape& shape, ir::RuleSet& rules) {
  ir::Rule rule;
  rule.name = absl::StrFormat("r%03d", rules.rules.size());
  rule.sources = ir::AddSet(rules, SomeIdentities(rules));
  rule.targets = ir::AddSet(rules, SomeIdentities(rules));
  rule.ports = SomePorts(shape);
  if (Below(6) == 0) rule.protocol = Protocol::kUdp;
  if (Below(8) == 0) {
    rule.protocol = Protocol::kIcmp;
    if (!rule.ports.empty()) rule.ports = {values::PortRange::None()};
  }
  if (Below(8) == 0) rule.mode = ir::Mode::kAudit;
  if (shape.dates > 0 && Below(5) == 0)
    rule.not_after = 100 * (1 + Below(shape.dates));
  if (Below(3) == 0) {
    rule.effect = ir::Effect::kDeny;
  } else if (values::HasPorts(rule.protocol) && Below(2) == 0) {
    rule.tls.emplace();
    rule.tls->min_version =
        Below(2) == 0 ? TlsVersion::kTls12 : TlsVersion::kTls13;
    rule.tls->server_names = SomeNames();
    rule.tls->alpn = SomeNames();
    if (Below(2) == 0) rule.tls->key_exchange = SomeNames();
    if (Below(3) == 0) rule.tls->cipher_suites = SomeNames();
    if (Below(3) == 0) rule.tls->starttls = Below(2) == 0 ? "none" : "smtp";
    rule.connection_authentication = Below(6) == 0;
  }
  rules.rules.push_back(std::move(rule));
}

void RandomRules::AddInvariant(const Shape& shape, ir::RuleSet& rules) {
  using Encryption = ir::Invariant::Encryption;
  ir::Invariant invariant;
  invariant.name = absl::StrFormat("i%03d", rules.invariants.size());
  invariant.kind = static_cast<ir::Invariant::Kind>(Below(3));
  invariant.sources = ir::AddSet(rules, SomeIdentities(rules));
  invariant.targets = ir::AddSet(rules, SomeIdentities(rules));
  invariant.ports = SomePorts(shape);
  if (Below(4) == 0) invariant.protocols.push_back(Protocol::kIcmp);
  if (Below(8) != 0 || invariant.protocols.empty())
    invariant.protocols.push_back(Protocol::kTcp);
  if (Below(3) == 0) invariant.protocols.push_back(Protocol::kUdp);
  invariant.encryption = static_cast<Encryption>(Below(4));
  if (Below(2) == 0) invariant.version = TlsVersion::kTls12;
  rules.invariants.push_back(std::move(invariant));
}

}  // namespace pol::analysis
