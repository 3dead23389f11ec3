#include "tests/bpf/policy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "compiler/support/check.h"

namespace pol::testing {

using bundle::v1::Bundle;

Policy::Policy() { bundle_.add_identities(); }

uint32_t Policy::Identity(const std::string& name, Governed governed) {
  auto* identity = bundle_.add_identities();
  auto index = static_cast<uint32_t>(bundle_.identities_size() - 1);
  identity->set_spiffe_id("spiffe://test/" + name);
  identity->set_identity_class(index);
  identity->set_governed_ingress(governed & kIngress);
  identity->set_governed_egress(governed & kEgress);
  return index;
}

void Policy::ByCgroup(uint32_t identity, const std::string& cgroup,
                      const std::string& user) {
  auto* workload = bundle_.add_workloads();
  workload->set_identity(identity);
  workload->set_cgroup(cgroup);
  workload->set_user(user);
}

void Policy::ByUnit(uint32_t identity, const std::string& unit,
                    const std::string& user) {
  auto* workload = bundle_.add_workloads();
  workload->set_identity(identity);
  workload->set_systemd_unit(unit);
  workload->set_user(user);
}

void Policy::ByUser(uint32_t identity, const std::string& user) {
  auto* workload = bundle_.add_workloads();
  workload->set_identity(identity);
  workload->set_user(user);
}

void Policy::ByAddress(uint32_t identity, const std::string& prefix) {
  size_t slash = prefix.find('/');
  std::string host = prefix.substr(0, slash);
  bool v6 = host.find(':') != std::string::npos;
  std::array<char, 16> bytes = {};
  POL_CHECK(inet_pton(v6 ? AF_INET6 : AF_INET, host.c_str(), bytes.data()) == 1)
      << prefix;
  auto* address = bundle_.add_addresses();
  address->set_address(bytes.data(), v6 ? 16 : 4);
  address->set_prefix(
      static_cast<uint32_t>(std::stoul(prefix.substr(slash + 1))));
  address->set_identity(identity);
}

uint32_t Policy::Add(const Key& key, Decision decision) {
  decision.rule = ++rules_;
  decisions_.emplace(key, decision);
  return decision.rule;
}

uint32_t Policy::Allow(uint32_t source, uint32_t target, uint16_t port,
                       uint32_t tls) {
  return Add({source, target, port},
             {.effect = bundle::v1::EFFECT_ALLOW, .tls = tls});
}

uint32_t Policy::Deny(uint32_t source, uint32_t target, uint16_t port) {
  return Add({source, target, port}, {.effect = bundle::v1::EFFECT_DENY});
}

uint32_t Policy::Audit(uint32_t source, uint32_t target, uint16_t port,
                       bundle::v1::Effect effect) {
  return Add({source, target, port}, {.audit = effect});
}

Bundle Policy::Build() const {
  Bundle bundle = bundle_;
  auto* network = bundle.mutable_network();
  network->set_class_count(static_cast<uint32_t>(bundle.identities_size()));
  std::set<uint32_t> starts = {0};
  std::set<uint32_t> versions;
  for (const auto& [key, decision] : decisions_) {
    uint32_t port = std::get<2>(key);
    starts.insert(port);
    if (port < 0xffff) starts.insert(port + 1);
    if (decision.tls) versions.insert(decision.tls);
  }
  for (uint32_t start : starts) network->add_interval_starts(start);
  for (uint32_t version : versions)
    network->add_tls_profiles()->set_min_version(version);
  for (const auto& [key, decision] : decisions_) {
    auto [source, target, port] = key;
    auto* cell = network->add_cells();
    cell->set_source_class(source);
    cell->set_target_class(target);
    cell->set_protocol(6);
    cell->set_interval(static_cast<uint32_t>(
        std::distance(starts.begin(), starts.find(port))));
    cell->set_effect(decision.effect);
    cell->set_audit_effect(decision.audit);
    if (decision.effect != bundle::v1::EFFECT_UNSPECIFIED)
      cell->set_rule(decision.rule);
    else
      cell->set_audit_rule(decision.rule);
    if (decision.tls) {
      cell->set_tls_profile(static_cast<uint32_t>(
          1 + std::distance(versions.begin(), versions.find(decision.tls))));
      cell->set_tls_rule(decision.rule);
    }
  }
  return bundle;
}

}  // namespace pol::testing
