#include <algorithm>
#include <tuple>
#include <utility>

#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

// A refusal by default points at the workload that asks for it.
void Govern(const sema::Workload& workload, const ir::Origin& origin,
            ir::Identity& identity) {
  if (!identity.governed_ingress && !identity.governed_egress)
    identity.origin = origin;
  identity.governed_ingress |= workload.enforce != sema::Enforce::kEgress;
  identity.governed_egress |= workload.enforce != sema::Enforce::kIngress;
  identity.borne = true;
}

void AddAddresses(const std::vector<values::Cidr>& cidrs,
                  ir::IdentityNumber identity, const ir::Origin& origin,
                  ir::RuleSet& rules) {
  for (const values::Cidr& cidr : cidrs)
    rules.addresses.push_back({cidr, identity, origin});
}

void AddListeners(const sema::Workload& workload, ir::IdentityNumber identity,
                  const support::SourceSet& sources, ir::RuleSet& rules) {
  for (const sema::Listen& listen : workload.listens) {
    for (const values::PortRange& ports : listen.ports) {
      rules.listeners.push_back({identity, workload.name, listen.protocol,
                                 ports, OriginOf(sources, listen.span)});
    }
  }
}

ir::Workload Lowered(const sema::Workload& workload,
                     ir::IdentityNumber identity, const ir::Origin& origin) {
  ir::Workload lowered;
  lowered.name = workload.name;
  lowered.identity = identity;
  lowered.systemd_unit = workload.systemd_unit.value_or("");
  lowered.cgroup = workload.cgroup.value_or("");
  lowered.user = workload.user.value_or("");
  lowered.exec = workload.exec.value_or("");
  lowered.origin = origin;
  return lowered;
}

// Keeps the first of those that `key` cannot tell apart.
template <typename List, typename Key>
void SortOnce(List& list, Key key) {
  std::stable_sort(list.begin(), list.end(), [&](const auto& a, const auto& b) {
    return key(a) < key(b);
  });
  list.erase(std::unique(list.begin(), list.end(),
                         [&](const auto& a, const auto& b) {
                           return key(a) == key(b);
                         }),
             list.end());
}

}  // namespace

void AddBearers(const sema::Model& model, const support::SourceSet& sources,
                const Numbering& numbering, ir::RuleSet& rules) {
  std::vector<const sema::Workload*> workloads;
  for (const sema::Workload& workload : model.workloads)
    workloads.push_back(&workload);
  std::sort(workloads.begin(), workloads.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const sema::Workload* workload : workloads) {
    const ir::IdentityNumber identity =
        numbering.identities[workload->identity];
    const ir::Origin origin = OriginOf(sources, workload->span);
    Govern(*workload, origin, rules.identities[identity]);
    rules.workloads.push_back(Lowered(*workload, identity, origin));
    AddAddresses(workload->addresses, identity, origin, rules);
    AddListeners(*workload, identity, sources, rules);
  }
  for (const sema::Endpoint& endpoint : model.endpoints) {
    const ir::IdentityNumber identity = numbering.identities[endpoint.identity];
    rules.identities[identity].borne = true;
    AddAddresses(endpoint.addresses, identity, OriginOf(sources, endpoint.span),
                 rules);
  }
  // Two blocks may claim an address for the same identity.
  SortOnce(rules.addresses,
           [](const ir::Address& address) { return address.cidr; });
  SortOnce(rules.listeners, [](const ir::Listener& l) {
    return std::tuple(l.identity, l.protocol, l.ports, l.workload);
  });
}

}  // namespace pol::lower
