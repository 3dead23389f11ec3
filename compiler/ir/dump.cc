#include "compiler/ir/dump.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "compiler/ir/decide.h"
#include "compiler/support/view.h"

namespace pol::ir {
namespace {

std::string Governed(const Identity& identity) {
  if (identity.governed_ingress && identity.governed_egress) return "governed";
  if (identity.governed_ingress) return "governed ingress";
  if (identity.governed_egress) return "governed egress";
  return "not governed";
}

void AppendIdentities(const RuleSet& rules, std::string& out) {
  for (size_t i = 0; i < rules.identities.size(); ++i) {
    const Identity& identity = rules.identities[i];
    absl::StrAppend(&out, identity.region ? "region " : "identity ", i, " ",
                    Name(rules, static_cast<IdentityNumber>(i)), " ",
                    Governed(identity));
    if (identity.region)
      absl::StrAppend(&out, " example of ", identity.pattern);
    if (i != kUnknown) absl::StrAppend(&out, " @", ToString(identity.origin));
    absl::StrAppend(&out, "\n");
  }
  for (const Workload& workload : rules.workloads) {
    absl::StrAppend(&out, "workload ", workload.name, " -> ",
                    workload.identity);
    if (!workload.systemd_unit.empty())
      absl::StrAppend(&out, " unit ", workload.systemd_unit);
    if (!workload.cgroup.empty())
      absl::StrAppend(&out, " cgroup ", workload.cgroup);
    if (!workload.user.empty()) absl::StrAppend(&out, " user ", workload.user);
    if (!workload.exec.empty()) absl::StrAppend(&out, " exec ", workload.exec);
    absl::StrAppend(&out, " @", ToString(workload.origin), "\n");
  }
  for (const Address& address : rules.addresses) {
    absl::StrAppend(&out, "address ", address.cidr.ToString(), " -> ",
                    address.identity, " @", ToString(address.origin), "\n");
  }
  for (const Listener& listener : rules.listeners) {
    absl::StrAppend(&out, "listen ", listener.identity, " ",
                    support::ToAbsl(values::ToString(listener.protocol)), " ",
                    listener.ports.ToString(), " @", ToString(listener.origin),
                    "\n");
  }
}

void AppendTls(const TlsRequirement& tls, std::string& out) {
  absl::StrAppend(&out,
                  " tls>=", support::ToAbsl(values::ToString(tls.min_version)));
  auto list = [&out](const char* what, const std::vector<std::string>& names) {
    if (!names.empty())
      absl::StrAppend(&out, " ", what, " ", absl::StrJoin(names, "|"));
  };
  list("server", tls.server_names);
  list("alpn", tls.alpn);
  list("key exchange", tls.key_exchange);
  list("cipher", tls.cipher_suites);
  if (!tls.starttls.empty()) absl::StrAppend(&out, " starttls ", tls.starttls);
}

void AppendRule(const RuleSet& rules, const Rule& rule, std::string& out) {
  absl::StrAppend(&out, rule.mode == Mode::kAudit ? "audit " : "",
                  rule.effect == Effect::kAllow ? "allow " : "deny ", rule.name,
                  ": ", absl::StrJoin(rules.sources(rule), ","), " -> ",
                  absl::StrJoin(rules.targets(rule), ","), " ",
                  support::ToAbsl(values::ToString(rule.protocol)));
  if (values::HasPorts(rule.protocol))
    absl::StrAppend(&out, " ", ToString(rule.ports));
  if (rule.tls) AppendTls(*rule.tls, out);
  if (rule.connection_authentication)
    absl::StrAppend(&out, " authenticated by the connection");
  if (rule.not_after) absl::StrAppend(&out, " until ", Date(*rule.not_after));
  absl::StrAppend(&out, " @", ToString(rule.origin), "\n");
}

void AppendFiles(const RuleSet& rules, std::string& out) {
  for (const File& file : rules.files) {
    absl::StrAppend(&out, "file ", file.path);
    if (file.context) absl::StrAppend(&out, " ", file.context->ToString());
    if (file.manages_capabilities) {
      absl::StrAppend(&out, " capabilities ",
                      file.capabilities ? file.capabilities->text() : "none");
    }
    if (file.capabilities_rootid != 0)
      absl::StrAppend(&out, " rootid ", file.capabilities_rootid);
    absl::StrAppend(&out, file.report_drift ? " drift report" : "", " @",
                    ToString(file.origin), "\n");
  }
  for (const Fcontext& fcontext : rules.fcontexts) {
    absl::StrAppend(
        &out, "fcontext ", fcontext.path, " ",
        support::ToAbsl(values::ToString(fcontext.kind)), " ",
        fcontext.context ? fcontext.context->ToString() : "<<none>>",
        fcontext.report_drift ? " drift report" : "", " @",
        ToString(fcontext.origin), "\n");
  }
  for (const SelinuxBoolean& boolean : rules.booleans) {
    absl::StrAppend(&out, "boolean ", boolean.name,
                    boolean.on ? " on @" : " off @", ToString(boolean.origin),
                    "\n");
  }
  for (const SelinuxPort& port : rules.selinux_ports) {
    absl::StrAppend(&out, "port ",
                    support::ToAbsl(values::ToString(port.protocol)), " ",
                    port.ports.ToString(), " ", port.type, " @",
                    ToString(port.origin), "\n");
  }
  for (const SelinuxPermissive& domain : rules.permissive) {
    absl::StrAppend(&out, "permissive ", domain.type, " @",
                    ToString(domain.origin), "\n");
  }
  for (const SelinuxEquivalence& one : rules.equivalences) {
    absl::StrAppend(&out, "equivalence ", one.path, " equal to ", one.equal_to,
                    " @", ToString(one.origin), "\n");
  }
}

std::string_view Word(Invariant::Kind kind) {
  switch (kind) {
    case Invariant::Kind::kNever:
      return "never ";
    case Invariant::Kind::kOnly:
      return "only ";
    case Invariant::Kind::kAlways:
      break;
  }
  return "always ";
}

void AppendStatements(const RuleSet& rules, std::string& out) {
  for (const ConnectTest& test : rules.tests) {
    absl::StrAppend(&out, "test ", test.name, ": ", test.source, " -> ",
                    test.target, " ",
                    support::ToAbsl(values::ToString(test.protocol)));
    if (values::HasPorts(test.protocol)) absl::StrAppend(&out, " ", test.port);
    absl::StrAppend(&out, " is ", support::ToAbsl(ToString(test.expect)), " @",
                    ToString(test.origin), "\n");
  }
  for (const Invariant& invariant : rules.invariants) {
    absl::StrAppend(&out, support::ToAbsl(Word(invariant.kind)), invariant.name,
                    ": ", absl::StrJoin(rules.sets[invariant.sources], ","),
                    " -> ", absl::StrJoin(rules.sets[invariant.targets], ","));
    for (values::Protocol protocol : invariant.protocols)
      absl::StrAppend(&out, " ", support::ToAbsl(values::ToString(protocol)));
    if (std::any_of(invariant.protocols.begin(), invariant.protocols.end(),
                    values::HasPorts)) {
      absl::StrAppend(&out, " ", ToString(invariant.ports));
    }
    if (invariant.encryption == Invariant::Encryption::kClearText)
      absl::StrAppend(&out, " in clear text");
    if (invariant.encryption == Invariant::Encryption::kTls)
      absl::StrAppend(&out, " by tls");
    if (invariant.encryption == Invariant::Encryption::kVersion) {
      absl::StrAppend(&out, " by tls ",
                      support::ToAbsl(values::ToString(invariant.version)));
    }
    absl::StrAppend(&out, " @", ToString(invariant.origin), "\n");
  }
  for (const Waiver& waiver : rules.waivers) {
    absl::StrAppend(&out, "waiver ", waiver.name, " until ",
                    Date(waiver.not_after), " @", ToString(waiver.origin),
                    "\n");
  }
}

}  // namespace

std::string ToString(const Origin& origin) {
  return origin.line == 0 ? "" : absl::StrCat(origin.file, ":", origin.line);
}

std::string Name(const RuleSet& rules, IdentityNumber identity) {
  return identity == kUnknown ? "unknown"
                              : rules.identities[identity].id.text();
}

std::string ToString(const std::vector<values::PortRange>& ports) {
  return absl::StrJoin(ports, ",",
                       [](std::string* out, const values::PortRange& range) {
                         absl::StrAppend(out, range.ToString());
                       });
}

std::string Date(int64_t seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(seconds),
                          absl::UTCTimeZone());
}

std::string Dump(const RuleSet& rules) {
  std::string out;
  AppendIdentities(rules, out);
  for (const Rule& rule : rules.rules) AppendRule(rules, rule, out);
  AppendFiles(rules, out);
  AppendStatements(rules, out);
  return out;
}

}  // namespace pol::ir
