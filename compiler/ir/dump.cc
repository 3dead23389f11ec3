#include "compiler/ir/dump.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
    absl::StrAppend(&out, "identity ", i, " ",
                    Name(rules, static_cast<IdentityNumber>(i)), " ",
                    Governed(identity));
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
    absl::StrAppend(&out, " @", ToString(workload.origin), "\n");
  }
  for (const Address& address : rules.addresses) {
    absl::StrAppend(&out, "address ", address.cidr.ToString(), " -> ",
                    address.identity, " @", ToString(address.origin), "\n");
  }
}

void AppendRule(const Rule& rule, std::string& out) {
  absl::StrAppend(&out, rule.mode == Mode::kAudit ? "audit " : "",
                  rule.effect == Effect::kAllow ? "allow " : "deny ", rule.name,
                  ": ", absl::StrJoin(rule.sources, ","), " -> ",
                  absl::StrJoin(rule.targets, ","), " ",
                  support::ToAbsl(values::ToString(rule.protocol)), " ",
                  ToString(rule.ports));
  if (rule.min_tls) {
    absl::StrAppend(&out,
                    " tls>=", support::ToAbsl(values::ToString(*rule.min_tls)));
  }
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
    absl::StrAppend(&out, " @", ToString(file.origin), "\n");
  }
  for (const Fcontext& fcontext : rules.fcontexts) {
    absl::StrAppend(
        &out, "fcontext ", fcontext.path, " ",
        support::ToAbsl(values::ToString(fcontext.kind)), " ",
        fcontext.context ? fcontext.context->ToString() : "<<none>>", " @",
        ToString(fcontext.origin), "\n");
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

std::string Dump(const RuleSet& rules) {
  std::string out;
  AppendIdentities(rules, out);
  for (const Rule& rule : rules.rules) AppendRule(rule, out);
  AppendFiles(rules, out);
  return out;
}

}  // namespace pol::ir
