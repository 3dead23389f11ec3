#include <algorithm>
#include <numeric>
#include <utility>

#include "compiler/lower/passes.h"

namespace pol::lower {
namespace {

Numbering Number(const sema::Model& model) {
  std::vector<size_t> by_id(model.identities.size());
  std::iota(by_id.begin(), by_id.end(), 0);
  std::sort(by_id.begin(), by_id.end(), [&model](size_t a, size_t b) {
    return model.identities[a].id < model.identities[b].id;
  });
  Numbering numbering(model.identities.size());
  for (size_t i = 0; i < by_id.size(); ++i) {
    numbering[by_id[i]] = static_cast<ir::IdentityNumber>(i + 1);
  }
  return numbering;
}

// A refusal by default points at the workload that asks for it.
void Govern(const sema::Workload& workload, const ir::Origin& origin,
            ir::Identity& identity) {
  if (!identity.governed_ingress && !identity.governed_egress)
    identity.origin = origin;
  identity.governed_ingress |= workload.enforce != sema::Enforce::kEgress;
  identity.governed_egress |= workload.enforce != sema::Enforce::kIngress;
}

void AddAddresses(const std::vector<values::Cidr>& cidrs,
                  ir::IdentityNumber identity, const ir::Origin& origin,
                  ir::RuleSet& rules) {
  for (const values::Cidr& cidr : cidrs)
    rules.addresses.push_back({cidr, identity, origin});
}

}  // namespace

Numbering AddIdentities(const sema::Model& model,
                        const support::SourceSet& sources, ir::RuleSet& rules) {
  Numbering numbering = Number(model);
  rules.identities.resize(model.identities.size() + 1);
  rules.named = static_cast<ir::IdentityNumber>(rules.identities.size());
  for (size_t i = 0; i < model.identities.size(); ++i) {
    ir::Identity& identity = rules.identities[numbering[i]];
    identity.id = model.identities[i].id;
    identity.origin = OriginOf(sources, model.identities[i].span);
  }

  std::vector<const sema::Workload*> workloads;
  for (const sema::Workload& workload : model.workloads)
    workloads.push_back(&workload);
  std::sort(workloads.begin(), workloads.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const sema::Workload* workload : workloads) {
    ir::IdentityNumber identity = numbering[workload->identity];
    ir::Origin origin = OriginOf(sources, workload->span);
    Govern(*workload, origin, rules.identities[identity]);
    rules.identities[identity].borne = true;
    ir::Workload lowered;
    lowered.name = workload->name;
    lowered.identity = identity;
    lowered.systemd_unit = workload->systemd_unit.value_or("");
    lowered.cgroup = workload->cgroup.value_or("");
    lowered.user = workload->user.value_or("");
    lowered.origin = origin;
    rules.workloads.push_back(std::move(lowered));
    AddAddresses(workload->addresses, identity, origin, rules);
  }
  for (const sema::Endpoint& endpoint : model.endpoints) {
    rules.identities[numbering[endpoint.identity]].borne = true;
    AddAddresses(endpoint.addresses, numbering[endpoint.identity],
                 OriginOf(sources, endpoint.span), rules);
  }

  // Two blocks may claim an address for the same identity; the first in the
  // text is kept.
  std::stable_sort(
      rules.addresses.begin(), rules.addresses.end(),
      [](const auto& a, const auto& b) { return a.cidr < b.cidr; });
  auto same = [](const auto& a, const auto& b) { return a.cidr == b.cidr; };
  rules.addresses.erase(
      std::unique(rules.addresses.begin(), rules.addresses.end(), same),
      rules.addresses.end());
  return numbering;
}

}  // namespace pol::lower
