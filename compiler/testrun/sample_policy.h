// Policies for the tests of this room: one by hand, and many at random.
#ifndef POL_COMPILER_TESTRUN_SAMPLE_POLICY_H_
#define POL_COMPILER_TESTRUN_SAMPLE_POLICY_H_

#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/ir/sets.h"

namespace pol::testrun {

// Workloads app (1), pg (2) and web (3), governed in both directions; `db`
// allows app to reach pg on 5432 with TLS 1.2 or later.
inline ir::RuleSet DatabasePolicy() {
  ir::RuleSet rules;
  rules.identities.resize(4);
  rules.named = 4;
  const char* names[] = {"", "app", "pg", "web"};
  for (uint32_t i = 1; i < 4; ++i) {
    ir::Identity& identity = rules.identities[i];
    identity.id =
        *values::SpiffeId::Parse(std::string("spiffe://a/") + names[i]);
    identity.governed_egress = identity.governed_ingress = true;
    identity.borne = true;
    identity.origin = {"db.pol", 20 + i, {}};
    ir::Workload workload;
    workload.name = names[i];
    workload.identity = i;
    workload.origin = identity.origin;
    rules.workloads.push_back(workload);
  }
  ir::Rule rule;
  rule.name = "db";
  rule.sources = ir::AddSet(rules, {1});
  rule.targets = ir::AddSet(rules, {2});
  rule.ports = {{5432, 5432}};
  rule.tls.emplace();
  rule.origin = {"db.pol", 1, {}};
  rule.source_origin = {"db.pol", 2, {}};
  rule.target_origin = {"db.pol", 3, {}};
  rule.port_origin = {"db.pol", 4, {}};
  rule.tls_origin = {"db.pol", 5, {}};
  rules.rules.push_back(rule);
  return rules;
}

// A connection of DatabasePolicy() and what is expected of it.
inline ir::ConnectTest Case(const char* name, ir::IdentityNumber source,
                            ir::IdentityNumber target, uint16_t port,
                            ir::Verdict expect) {
  ir::ConnectTest test;
  test.name = name;
  test.source = source;
  test.target = target;
  test.port = port;
  test.expect = expect;
  return test;
}

// Small universes in which rules overlap, deny, audit and contradict.
class RandomPolicy {
 public:
  explicit RandomPolicy(uint32_t seed) : random_(seed) {}

  uint32_t Below(uint32_t bound) {
    return static_cast<uint32_t>(random_() % bound);
  }

  static constexpr uint32_t kIdentities = 6;

  ir::RuleSet Make() {
    ir::RuleSet rules;
    rules.identities.resize(kIdentities);
    rules.named = kIdentities - 1 - Below(2);
    for (uint32_t i = 1; i < kIdentities; ++i) {
      ir::Identity& identity = rules.identities[i];
      identity.region = i >= rules.named;
      identity.id = *values::SpiffeId::Parse(
          (identity.region ? "spiffe://b/" : "spiffe://a/") +
          std::to_string(i));
      if (identity.region) continue;
      identity.governed_ingress = Below(2) == 0;
      identity.governed_egress = Below(2) == 0;
      identity.borne = identity.governed_ingress || identity.governed_egress;
    }
    const uint32_t count = 1 + Below(4);
    for (uint32_t i = 0; i < count; ++i) {
      AddRule(rules);
      rules.rules.back().name = std::string("r") + std::to_string(i);
    }
    ir::SortSets(rules);
    return rules;
  }

 private:
  ir::IdentitySet Some() {
    ir::IdentitySet set;
    const uint32_t share = 1 + Below(4);
    for (uint32_t i = 0; i < kIdentities; ++i) {
      if (Below(share) == 0) set.push_back(i);
    }
    return set;
  }

  std::vector<std::string> SomeNames() {
    std::vector<std::string> names;
    for (const char* name : {"h2", "http/1.1", "imap"}) {
      if (Below(2) == 0) names.emplace_back(name);
    }
    return names;
  }

  void AddRule(ir::RuleSet& rules) {
    ir::Rule rule;
    rule.sources = ir::AddSet(rules, Some());
    rule.targets = ir::AddSet(rules, Some());
    const auto first = static_cast<uint16_t>(1 + Below(4));
    const auto last = static_cast<uint16_t>(first + Below(3));
    if (Below(8) != 0) rule.ports = {{first, last}};
    if (Below(3) == 0) rule.ports.push_back({8, 65535});
    if (Below(9) == 0) rule.ports = {values::PortRange::Any()};
    if (Below(5) == 0) rule.protocol = values::Protocol::kUdp;
    if (Below(6) == 0) {
      rule.protocol = values::Protocol::kIcmp;
      if (!rule.ports.empty()) rule.ports = {values::PortRange::None()};
    }
    if (Below(4) == 0) rule.effect = ir::Effect::kDeny;
    if (Below(6) == 0) rule.mode = ir::Mode::kAudit;
    if (rule.effect == ir::Effect::kAllow && values::HasPorts(rule.protocol) &&
        Below(2) == 0) {
      rule.tls.emplace();
      rule.tls->min_version =
          static_cast<values::TlsVersion>(0x0301 + Below(4));
      if (Below(3) == 0) rule.tls->alpn = SomeNames();
      if (Below(4) == 0) rule.tls->server_names = {"a.example", "b.example"};
      if (Below(5) == 0) rule.tls->starttls = "smtp";
    }
    rules.rules.push_back(rule);
  }

  std::mt19937 random_;
};

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_SAMPLE_POLICY_H_
