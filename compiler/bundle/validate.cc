#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "compiler/bundle/container.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/view.h"
#include "compiler/values/capability_set.h"
#include "compiler/values/file_context.h"
#include "compiler/values/port_range.h"
#include "compiler/values/spiffe_id.h"

namespace pol::bundle {
namespace {

using v1::Address;
using v1::Cell;
using v1::Identity;
using v1::NetworkTables;
using v1::Rule;
using v1::TlsRequirement;
using v1::Workload;

// What this version of the agent knows how to enforce.
constexpr std::array<std::string_view, 8> kKnownRequirements = {
    "address-authentication", "audit-mode",          "capabilities-rootid",
    "selinux-boolean",        "selinux-equivalence", "selinux-permissive",
    "selinux-port",           "tls-version"};

absl::Status Wrong(std::string_view what, size_t index, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      support::ToAbsl(what), " ", index, ": ", support::ToAbsl(why)));
}

// " (policy db-access, db.pol:7)", or "" when the bundle does not say.
std::string CauseText(const Bundle& bundle, int requirement) {
  if (requirement >= bundle.requirement_causes_size()) return "";
  const v1::RequirementCause& cause = bundle.requirement_causes(requirement);
  std::string place = Text(cause.origin());
  return absl::StrCat(" (", cause.what(), place.empty() ? "" : ", ", place,
                      ")");
}

absl::Status CheckRequirements(const Bundle& bundle) {
  for (int i = 0; i < bundle.requirements_size(); ++i) {
    const std::string& requirement = bundle.requirements(i);
    if (std::find(kKnownRequirements.begin(), kKnownRequirements.end(),
                  requirement) == kKnownRequirements.end()) {
      return absl::UnimplementedError(absl::StrCat(
          "the bundle requires `", requirement, "`", CauseText(bundle, i),
          ", which this version does not know; it is refused rather than half "
          "enforced"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckIdentities(const Bundle& bundle) {
  if (bundle.identities_size() == 0)
    return Wrong("identity", 0, "the unknown one is missing");
  for (int i = 0; i < bundle.identities_size(); ++i) {
    const Identity& identity = bundle.identities(i);
    if (identity.identity_class() >= bundle.network().class_count()) {
      return Wrong("identity", i, "its class does not exist");
    }
    if ((i == 0) != identity.spiffe_id().empty()) {
      return Wrong("identity", i, "only identity 0 has no SPIFFE ID");
    }
    if (i == 0) {
      if (identity.identity_class() != 0 || identity.governed_egress() ||
          identity.governed_ingress()) {
        return Wrong("identity", i,
                     "the unknown one is of class 0 and not governed");
      }
      continue;
    }
    if (absl::Status valid =
            values::SpiffeId::Parse(identity.spiffe_id()).status();
        !valid.ok()) {
      return Wrong("identity", i, support::ToStd(valid.message()));
    }
    if (i > 1 && bundle.identities(i - 1).spiffe_id() >= identity.spiffe_id()) {
      return Wrong("identity", i, "identities are not sorted");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckBearers(const Bundle& bundle) {
  auto identities = static_cast<uint32_t>(bundle.identities_size());
  for (int i = 0; i < bundle.workloads_size(); ++i) {
    const Workload& workload = bundle.workloads(i);
    if (workload.identity() == 0 || workload.identity() >= identities) {
      return Wrong("workload", i, "its identity does not exist");
    }
    if (workload.systemd_unit().empty() && workload.cgroup().empty() &&
        workload.user().empty() && workload.exec().empty()) {
      return Wrong("workload", i, "it selects nothing");
    }
    if (!workload.systemd_unit().empty() && !workload.cgroup().empty()) {
      return Wrong("workload", i, "it names a unit and a cgroup");
    }
    if (!workload.cgroup().empty() && workload.cgroup().front() != '/') {
      return Wrong("workload", i, "its cgroup is not absolute");
    }
  }
  for (int i = 0; i < bundle.addresses_size(); ++i) {
    const Address& address = bundle.addresses(i);
    size_t size = address.address().size();
    if ((size != 4 && size != 16) || address.prefix() > size * 8) {
      return Wrong("address", i, "it is neither IPv4 nor IPv6");
    }
    if (address.identity() == 0 || address.identity() >= identities) {
      return Wrong("address", i, "its identity does not exist");
    }
  }
  return absl::OkStatus();
}

bool KnownEffect(v1::Effect effect) {
  return effect == v1::EFFECT_ALLOW || effect == v1::EFFECT_DENY;
}

bool ValidTls(const TlsRequirement& tls) {
  return tls.min_version() >= 0x0301 && tls.min_version() <= 0x0304;
}

// Empty lists are fine: such a rule matches nothing on a host.
absl::Status CheckRule(const Bundle& bundle, int index, const Rule& rule) {
  auto known = [&bundle](uint32_t identity) {
    return identity < static_cast<uint32_t>(bundle.identities_size());
  };
  if (!KnownEffect(rule.effect()))
    return Wrong("rule", index, "its effect is unknown");
  if (rule.mode() != v1::MODE_ENFORCE && rule.mode() != v1::MODE_AUDIT) {
    return Wrong("rule", index, "its mode is unknown");
  }
  if (!std::all_of(rule.sources().begin(), rule.sources().end(), known)) {
    return Wrong("rule", index, "it has a source that does not exist");
  }
  if (!std::all_of(rule.targets().begin(), rule.targets().end(), known)) {
    return Wrong("rule", index, "it has a target that does not exist");
  }
  // What is not TCP has a requirement of its own.
  const auto protocol = values::ProtocolOf(rule.protocol());
  if (!protocol) return Wrong("rule", index, "its protocol is unknown");
  const values::PortRange all = values::PortsOf(*protocol);
  bool ports = std::all_of(
      rule.ports().begin(), rule.ports().end(), [all](const v1::PortRange& r) {
        return r.first() >= all.first && r.first() <= r.last() &&
               r.last() <= all.last;
      });
  if (!ports) {
    return Wrong("rule", index,
                 absl::StrCat("its ports are not ranges from ", all.first,
                              " to ", all.last));
  }
  if (rule.has_tls() && !ValidTls(rule.tls())) {
    return Wrong("rule", index, "its TLS version is unknown");
  }
  return absl::OkStatus();
}

auto CellKey(const Cell& cell) {
  return std::array<uint32_t, 4>{cell.source_class(), cell.target_class(),
                                 cell.protocol(), cell.interval()};
}

absl::Status CheckCell(const Bundle& bundle, int index, const Cell& cell) {
  const NetworkTables& tables = bundle.network();
  auto rules = static_cast<uint32_t>(bundle.rules_size());
  const auto protocol = values::ProtocolOf(cell.protocol());
  if (cell.source_class() >= tables.class_count() ||
      cell.target_class() >= tables.class_count() || !protocol ||
      cell.interval() >= static_cast<uint32_t>(tables.interval_starts_size())) {
    return Wrong("cell", index, "its key is out of range");
  }
  if (!values::HasPorts(*protocol) && cell.interval() != 0)
    return Wrong("cell", index, "its protocol has no ports");
  if (index > 0 && !(CellKey(tables.cells(index - 1)) < CellKey(cell))) {
    return Wrong("cell", index, "cells are not sorted");
  }
  if (cell.rule() > rules || cell.tls_rule() > rules ||
      cell.audit_rule() > rules ||
      cell.tls_profile() > static_cast<uint32_t>(tables.tls_profiles_size())) {
    return Wrong("cell", index,
                 "it names a rule or TLS profile that does not exist");
  }
  if (KnownEffect(cell.effect()) != (cell.rule() != 0) ||
      (!KnownEffect(cell.effect()) &&
       cell.effect() != v1::EFFECT_UNSPECIFIED)) {
    return Wrong("cell", index, "its effect and its rule do not agree");
  }
  if (cell.tls_profile() != 0 && cell.effect() != v1::EFFECT_ALLOW) {
    return Wrong("cell", index, "it asks for TLS without an allow");
  }
  return absl::OkStatus();
}

absl::Status CheckNetwork(const Bundle& bundle) {
  for (int i = 0; i < bundle.rules_size(); ++i) {
    POL_RETURN_IF_ERROR(CheckRule(bundle, i, bundle.rules(i)));
  }
  const NetworkTables& tables = bundle.network();
  if (tables.interval_starts_size() == 0 || tables.interval_starts(0) != 0) {
    return Wrong("interval", 0, "the first one does not start at port 0");
  }
  for (int i = 1; i < tables.interval_starts_size(); ++i) {
    if (tables.interval_starts(i) <= tables.interval_starts(i - 1) ||
        tables.interval_starts(i) > 65535) {
      return Wrong("interval", i, "intervals are not ascending ports");
    }
  }
  for (int i = 0; i < tables.tls_profiles_size(); ++i) {
    if (!ValidTls(tables.tls_profiles(i))) {
      return Wrong("TLS profile", i, "its version is unknown");
    }
  }
  for (int i = 0; i < tables.cells_size(); ++i) {
    POL_RETURN_IF_ERROR(CheckCell(bundle, i, tables.cells(i)));
  }
  return absl::OkStatus();
}

// Absolute, without empty, "." or ".." components, and without bytes a path
// cannot hold.
bool NormalPath(std::string_view path) {
  if (path.size() < 2 || path.front() != '/' || path.back() == '/')
    return false;
  if (path.find('\0') != path.npos) return false;
  std::string walled = absl::StrCat(support::ToAbsl(path), "/");
  return !absl::StrContains(walled, "//") &&
         !absl::StrContains(walled, "/./") &&
         !absl::StrContains(walled, "/../");
}

absl::Status CheckFiles(const Bundle& bundle) {
  for (int i = 0; i < bundle.files_size(); ++i) {
    const v1::FileRecord& file = bundle.files(i);
    if (!NormalPath(file.path()))
      return Wrong("file", i, "its path is not absolute and normal");
    if (i > 0 && bundle.files(i - 1).path() >= file.path()) {
      return Wrong("file", i, "files are not sorted");
    }
    if (!file.context().empty() &&
        !values::FileContext::Parse(file.context()).ok()) {
      return Wrong("file", i, "its context is malformed");
    }
    if (file.capabilities().empty() && file.capabilities_rootid() != 0)
      return Wrong("file", i, "it has a root ID without capabilities");
    if (file.capabilities().empty()) continue;
    absl::StatusOr<values::CapabilitySet> set =
        values::CapabilitySet::Parse(file.capabilities());
    if (!file.manages_capabilities() || !set.ok() ||
        set->text() != file.capabilities()) {
      return Wrong("file", i, "its capabilities are not in canonical form");
    }
  }
  constexpr std::array<std::string_view, 8> kFlags = {"",   "--", "-d", "-l",
                                                      "-b", "-c", "-p", "-s"};
  for (int i = 0; i < bundle.fcontexts_size(); ++i) {
    const v1::FcontextRecord& record = bundle.fcontexts(i);
    bool printable = std::all_of(record.path().begin(), record.path().end(),
                                 [](char c) { return c > ' ' && c < 0x7f; });
    if (record.path().empty() || record.path().front() != '/' || !printable) {
      return Wrong("fcontext", i,
                   "its path is not an absolute regular expression");
    }
    if (std::find(kFlags.begin(), kFlags.end(), record.file_kind()) ==
        kFlags.end()) {
      return Wrong("fcontext", i, "its file kind is unknown");
    }
    if (record.context() != "<<none>>" &&
        !values::FileContext::Parse(record.context()).ok()) {
      return Wrong("fcontext", i, "its context is malformed");
    }
  }
  return absl::OkStatus();
}

// A name that may stand in a module in CIL and in a context.
bool SelinuxName(std::string_view name) {
  return values::FileContext::Parse(absl::StrCat("u:r:", support::ToAbsl(name)))
      .ok();
}

auto PortKey(const v1::PortRecord& port) {
  return std::array<uint32_t, 3>{port.protocol(), port.ports().first(),
                                 port.ports().last()};
}

absl::Status CheckPort(const Bundle& bundle, int index) {
  constexpr std::array<uint32_t, 3> kLabelled = {6, 17, 132};
  const v1::PortRecord& port = bundle.selinux_ports(index);
  if (std::find(kLabelled.begin(), kLabelled.end(), port.protocol()) ==
      kLabelled.end()) {
    return Wrong("SELinux port", index, "its protocol is unknown");
  }
  if (port.ports().first() < 1 || port.ports().last() > 65535 ||
      port.ports().first() > port.ports().last()) {
    return Wrong("SELinux port", index, "its ports are no range");
  }
  if (!SelinuxName(port.type()))
    return Wrong("SELinux port", index, "its type is malformed");
  if (index == 0) return absl::OkStatus();
  const v1::PortRecord& before = bundle.selinux_ports(index - 1);
  if (PortKey(before) >= PortKey(port))
    return Wrong("SELinux port", index, "ports are not sorted");
  if (before.protocol() == port.protocol() &&
      before.ports().last() >= port.ports().first()) {
    return Wrong("SELinux port", index, "it overlaps the one before");
  }
  return absl::OkStatus();
}

// One word of a line of file_contexts.subs.
bool EquivalentPath(std::string_view path) {
  return NormalPath(path) &&
         std::none_of(path.begin(), path.end(), [](unsigned char c) {
           return c <= ' ' || c == '*' || c == 0x7F;
         });
}

absl::Status CheckEquivalences(const Bundle& bundle) {
  for (int i = 0; i < bundle.equivalences_size(); ++i) {
    const v1::EquivalenceRecord& one = bundle.equivalences(i);
    if (!EquivalentPath(one.path()) ||
        (one.equal_to() != "/" && !EquivalentPath(one.equal_to()))) {
      return Wrong("equivalence", i, "its paths are malformed");
    }
    if (i > 0 && bundle.equivalences(i - 1).path() >= one.path())
      return Wrong("equivalence", i, "equivalences are not sorted");
  }
  return absl::OkStatus();
}

absl::Status CheckSelinux(const Bundle& bundle) {
  for (int i = 0; i < bundle.booleans_size(); ++i) {
    if (!SelinuxName(bundle.booleans(i).name()))
      return Wrong("boolean", i, "its name is malformed");
    if (i > 0 && bundle.booleans(i - 1).name() >= bundle.booleans(i).name())
      return Wrong("boolean", i, "booleans are not sorted");
  }
  for (int i = 0; i < bundle.selinux_ports_size(); ++i)
    POL_RETURN_IF_ERROR(CheckPort(bundle, i));
  for (int i = 0; i < bundle.permissive_size(); ++i) {
    if (!SelinuxName(bundle.permissive(i).type()))
      return Wrong("permissive domain", i, "its type is malformed");
    if (i > 0 && bundle.permissive(i - 1).type() >= bundle.permissive(i).type())
      return Wrong("permissive domain", i, "domains are not sorted");
  }
  return CheckEquivalences(bundle);
}

}  // namespace

absl::Status CheckConsistency(const Bundle& bundle) {
  POL_RETURN_IF_ERROR(CheckIdentities(bundle));
  POL_RETURN_IF_ERROR(CheckBearers(bundle));
  POL_RETURN_IF_ERROR(CheckNetwork(bundle));
  POL_RETURN_IF_ERROR(CheckFiles(bundle));
  return CheckSelinux(bundle);
}

std::vector<std::string> KnownRequirements() {
  return {kKnownRequirements.begin(), kKnownRequirements.end()};
}

absl::Status Validate(const Bundle& bundle) {
  POL_RETURN_IF_ERROR(CheckRequirements(bundle));
  return CheckConsistency(bundle);
}

}  // namespace pol::bundle
