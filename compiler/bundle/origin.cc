#include "compiler/bundle/origin.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/values/protocol.h"

namespace pol::bundle {
namespace {

using v1::Bundle;
using v1::Cell;
using v1::Identity;
using v1::Rule;

const Identity& Get(const Bundle& bundle, uint32_t identity) {
  uint32_t known =
      identity < static_cast<uint32_t>(bundle.identities_size()) ? identity : 0;
  return bundle.identities(static_cast<int>(known));
}

template <typename List>
bool Has(const List& identities, uint32_t identity) {
  return std::find(identities.begin(), identities.end(), identity) !=
         identities.end();
}

bool HasPort(const Rule& rule, uint16_t port) {
  return std::any_of(rule.ports().begin(), rule.ports().end(),
                     [port](const v1::PortRange& r) {
                       return r.first() <= port && port <= r.last();
                     });
}

template <typename List>
std::string Names(const Bundle& bundle, const List& identities) {
  return absl::StrJoin(identities, ", ",
                       [&bundle](std::string* out, uint32_t identity) {
                         absl::StrAppend(out, IdentityName(bundle, identity));
                       });
}

std::string Ports(const Rule& rule) {
  return absl::StrJoin(rule.ports(), ", ",
                       [](std::string* out, const v1::PortRange& r) {
                         absl::StrAppend(out, r.first());
                         if (r.last() != r.first())
                           absl::StrAppend(out, "-", r.last());
                       });
}

// "port 5432"; of another protocol than the flow's "udp port 53" or "icmp".
std::string Admitted(const Rule& rule, const Flow& flow) {
  const std::string ports = absl::StrCat("port ", Ports(rule));
  const auto protocol = values::ProtocolOf(rule.protocol());
  if (rule.protocol() == flow.protocol || !protocol) return ports;
  const std::string name(values::ToString(*protocol));
  return values::HasPorts(*protocol) ? absl::StrCat(name, " ", ports) : name;
}

// What a rule would have to admit besides, when it agrees with a flow
// otherwise.
struct Miss {
  int agreeing = 0;  // of source, target and port
  v1::Origin origin;
  std::string admits;
};

Miss Compare(const Bundle& bundle, const Rule& rule, const Flow& flow) {
  Miss miss;
  bool source = Has(rule.sources(), flow.source);
  bool target = Has(rule.targets(), flow.target);
  bool port = rule.protocol() == flow.protocol && HasPort(rule, flow.port);
  miss.agreeing = source + target + port;
  if (!target) {
    miss.origin = rule.target_origin();
    miss.admits =
        absl::StrCat("connections to ", Names(bundle, rule.targets()));
  } else if (!source) {
    miss.origin = rule.source_origin();
    miss.admits = Names(bundle, rule.sources());
  } else {
    miss.origin = rule.port_origin();
    miss.admits = Admitted(rule, flow);
  }
  return miss;
}

}  // namespace

std::string Text(const v1::Origin& origin) {
  if (origin.line() == 0) return "";
  return absl::StrCat(origin.file(), ":", origin.line());
}

std::string IdentityName(const Bundle& bundle, uint32_t identity) {
  const std::string& id = Get(bundle, identity).spiffe_id();
  return id.empty() ? "unknown" : id;
}

Nearest ExplainDefaultDeny(const Bundle& bundle, const Flow& flow) {
  // A rule that agrees in one dimension only says nothing about this flow.
  constexpr int kNear = 2;
  Nearest nearest;
  int best = kNear - 1;
  for (const Rule& rule : bundle.rules()) {
    if (rule.effect() != v1::EFFECT_ALLOW || rule.mode() != v1::MODE_ENFORCE)
      continue;
    if (rule.sources().empty() || rule.targets().empty() ||
        rule.ports().empty()) {
      continue;  // admits nobody
    }
    Miss miss = Compare(bundle, rule, flow);
    if (miss.agreeing <= best) continue;
    best = miss.agreeing;
    nearest.origin = miss.origin;
    nearest.text =
        absl::StrCat("policy ", rule.name(), " admits only ", miss.admits);
  }
  if (best >= kNear) return nearest;

  const Identity& target = Get(bundle, flow.target);
  const Identity& source = Get(bundle, flow.source);
  if (target.governed_ingress()) {
    nearest.origin = target.origin();
    nearest.text = absl::StrCat("no policy admits connections from ",
                                IdentityName(bundle, flow.source), " to ",
                                target.spiffe_id());
  } else {
    nearest.origin = source.origin();
    nearest.text =
        absl::StrCat("no policy lets ", IdentityName(bundle, flow.source),
                     " connect to ", IdentityName(bundle, flow.target));
  }
  return nearest;
}

TableDecision Lookup(const Bundle& bundle, const Flow& flow) {
  const v1::NetworkTables& tables = bundle.network();
  const Identity& source = Get(bundle, flow.source);
  const Identity& target = Get(bundle, flow.target);
  TableDecision decision;
  decision.governed = source.governed_egress() || target.governed_ingress();

  auto after = std::upper_bound(tables.interval_starts().begin(),
                                tables.interval_starts().end(), flow.port);
  auto interval =
      static_cast<uint32_t>(after - tables.interval_starts().begin() - 1);
  std::array<uint32_t, 4> key = {source.identity_class(),
                                 target.identity_class(), flow.protocol,
                                 interval};
  auto key_of = [](const Cell& cell) {
    return std::array<uint32_t, 4>{cell.source_class(), cell.target_class(),
                                   cell.protocol(), cell.interval()};
  };
  auto found =
      std::lower_bound(tables.cells().begin(), tables.cells().end(), key,
                       [&key_of](const Cell& cell, const auto& wanted) {
                         return key_of(cell) < wanted;
                       });
  if (found != tables.cells().end() && key_of(*found) == key)
    decision.cell = &*found;
  return decision;
}

}  // namespace pol::bundle
