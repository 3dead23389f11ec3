#include "compiler/driver/assemble_bundle.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/driver/version.h"
#include "compiler/support/view.h"

namespace pol::driver {
namespace {

namespace v1 = bundle::v1;

void SetOrigin(const ir::Origin& origin, v1::Origin* out) {
  out->set_file(origin.file);
  out->set_line(origin.line);
}

v1::Effect ToProto(ir::Effect effect) {
  return effect == ir::Effect::kAllow ? v1::EFFECT_ALLOW : v1::EFFECT_DENY;
}

v1::Effect ToProto(ir::Verdict verdict) {
  return verdict == ir::Verdict::kAllow ? v1::EFFECT_ALLOW : v1::EFFECT_DENY;
}

// What an agent has to know to enforce these rules, and what asks for it
// first.
class Requirements {
 public:
  void Need(std::string requirement, const std::string& what,
            const ir::Origin& origin) {
    causes_.try_emplace(std::move(requirement), what, origin);
  }

  void AddTo(v1::Bundle& bundle) const {
    for (const auto& [requirement, cause] : causes_) {
      bundle.add_requirements(requirement);
      v1::RequirementCause* out = bundle.add_requirement_causes();
      out->set_what(cause.first);
      SetOrigin(cause.second, out->mutable_origin());
    }
  }

 private:
  std::map<std::string, std::pair<std::string, ir::Origin>> causes_;
};

void NeedForRule(const ir::Rule& rule, Requirements& needs) {
  std::string what = absl::StrCat("policy ", rule.name);
  if (rule.mode == ir::Mode::kAudit)
    needs.Need("audit-mode", what, rule.origin);
  if (rule.protocol != values::Protocol::kTcp) {
    needs.Need(absl::StrCat("protocol-",
                            support::ToAbsl(values::ToString(rule.protocol))),
               what, rule.origin);
  }
  if (rule.connection_authentication)
    needs.Need("connection-authentication", what, rule.origin);
  if (rule.not_after) needs.Need("not-after", what, rule.origin);
  if (!rule.tls) return;
  needs.Need("tls-version", what, rule.tls_origin);
  if (!rule.tls->server_names.empty())
    needs.Need("tls-server-name", what, rule.tls_origin);
  if (!rule.tls->alpn.empty()) needs.Need("tls-alpn", what, rule.tls_origin);
  if (!rule.tls->key_exchange.empty())
    needs.Need("tls-key-exchange", what, rule.tls_origin);
  if (!rule.tls->cipher_suites.empty())
    needs.Need("tls-cipher-suite", what, rule.tls_origin);
  if (!rule.tls->starttls.empty())
    needs.Need("starttls", what, rule.tls_origin);
}

void AddRequirements(const ir::RuleSet& rules, v1::Bundle& bundle) {
  Requirements needs;
  for (const ir::Address& address : rules.addresses) {
    needs.Need("address-authentication",
               absl::StrCat("address ", address.cidr.ToString()),
               address.origin);
  }
  for (const ir::Rule& rule : rules.rules) NeedForRule(rule, needs);
  for (const ir::Workload& workload : rules.workloads) {
    if (workload.exec.empty()) continue;
    needs.Need("workload-exec", absl::StrCat("workload ", workload.name),
               workload.origin);
  }
  for (const ir::File& file : rules.files) {
    if (file.capabilities_rootid == 0) continue;
    needs.Need("capabilities-rootid", absl::StrCat("file ", file.path),
               file.origin);
  }
  for (const ir::SelinuxBoolean& boolean : rules.booleans) {
    needs.Need("selinux-boolean", absl::StrCat("boolean ", boolean.name),
               boolean.origin);
  }
  for (const ir::SelinuxPort& port : rules.selinux_ports) {
    needs.Need("selinux-port", absl::StrCat("port ", port.ports.ToString()),
               port.origin);
  }
  for (const ir::SelinuxPermissive& domain : rules.permissive) {
    needs.Need("selinux-permissive", absl::StrCat("permissive ", domain.type),
               domain.origin);
  }
  for (const ir::SelinuxEquivalence& one : rules.equivalences) {
    needs.Need("selinux-equivalence", absl::StrCat("equivalence ", one.path),
               one.origin);
  }
  needs.AddTo(bundle);
}

void AddIdentities(const ir::RuleSet& rules, const network::Tables& tables,
                   v1::Bundle& bundle) {
  // Regions are no hosts.
  for (size_t i = 0; i < rules.named; ++i) {
    const ir::Identity& identity = rules.identities[i];
    v1::Identity* out = bundle.add_identities();
    out->set_spiffe_id(identity.id.text());
    out->set_identity_class(tables.class_of[i]);
    out->set_governed_ingress(identity.governed_ingress);
    out->set_governed_egress(identity.governed_egress);
    if (i != ir::kUnknown) SetOrigin(identity.origin, out->mutable_origin());
  }
  for (const ir::Workload& workload : rules.workloads) {
    v1::Workload* out = bundle.add_workloads();
    out->set_name(workload.name);
    out->set_identity(workload.identity);
    out->set_systemd_unit(workload.systemd_unit);
    out->set_cgroup(workload.cgroup);
    out->set_user(workload.user);
    out->set_exec(workload.exec);
    SetOrigin(workload.origin, out->mutable_origin());
  }
  for (const ir::Address& address : rules.addresses) {
    v1::Address* out = bundle.add_addresses();
    out->set_address(std::string(address.cidr.bytes()));
    out->set_prefix(address.cidr.prefix);
    out->set_identity(address.identity);
    SetOrigin(address.origin, out->mutable_origin());
  }
}

void AddNamed(const ir::RuleSet& rules, const ir::IdentitySet& set,
              google::protobuf::RepeatedField<uint32_t>& out) {
  auto end = std::lower_bound(set.begin(), set.end(), rules.named);
  out.Add(set.begin(), end);
}

void Fill(const ir::TlsRequirement& tls, v1::TlsRequirement& out) {
  out.set_min_version(static_cast<uint32_t>(tls.min_version));
  auto add = [](const std::vector<std::string>& names, auto* list) {
    for (const std::string& name : names) *list->Add() = name;
  };
  add(tls.server_names, out.mutable_server_names());
  add(tls.alpn, out.mutable_alpn());
  add(tls.key_exchange, out.mutable_key_exchange());
  add(tls.cipher_suites, out.mutable_cipher_suites());
  out.set_starttls(tls.starttls);
}

void AddRule(const ir::RuleSet& rules, const ir::Rule& rule,
             v1::Bundle& bundle) {
  v1::Rule* out = bundle.add_rules();
  out->set_name(rule.name);
  out->set_effect(ToProto(rule.effect));
  out->set_mode(rule.mode == ir::Mode::kEnforce ? v1::MODE_ENFORCE
                                                : v1::MODE_AUDIT);
  AddNamed(rules, rules.sources(rule), *out->mutable_sources());
  AddNamed(rules, rules.targets(rule), *out->mutable_targets());
  for (const values::PortRange& range : rule.ports) {
    v1::PortRange* ports = out->add_ports();
    ports->set_first(range.first);
    ports->set_last(range.last);
  }
  out->set_protocol(static_cast<uint32_t>(rule.protocol));
  out->set_reason(rule.reason);
  SetOrigin(rule.origin, out->mutable_origin());
  SetOrigin(rule.source_origin, out->mutable_source_origin());
  SetOrigin(rule.target_origin, out->mutable_target_origin());
  SetOrigin(rule.port_origin, out->mutable_port_origin());
  out->set_connection_authentication(rule.connection_authentication);
  if (rule.not_after) out->set_not_after(*rule.not_after);
  if (rule.tls) {
    Fill(*rule.tls, *out->mutable_tls());
    SetOrigin(rule.tls_origin, out->mutable_tls_origin());
  }
}

uint32_t RuleId(std::optional<size_t> rule) {
  return rule ? static_cast<uint32_t>(*rule + 1) : 0;
}

// What one cell asks of TLS. Ordered by version first, so that profiles that
// ask for a version alone are numbered as they always were.
using Profile =
    std::pair<values::TlsVersion, std::vector<std::vector<std::string>>>;

Profile ProfileOf(const ir::Decision& decision) {
  Profile profile = {*decision.min_tls, {}};
  for (const std::optional<ir::AskedNames>& asked : decision.asked) {
    // A list that cannot be met differs from none: it holds an empty name.
    profile.second.push_back(!asked ? std::vector<std::string>{}
                             : asked->names.empty()
                                 ? std::vector<std::string>{""}
                                 : asked->names);
  }
  return profile;
}

void FillProfile(const Profile& profile, v1::TlsRequirement& out) {
  out.set_min_version(static_cast<uint32_t>(profile.first));
  for (ir::TlsList list : ir::kTlsLists) {
    for (const std::string& name : profile.second[static_cast<size_t>(list)]) {
      if (name.empty()) {
        out.set_impossible(true);
        continue;
      }
      switch (list) {
        case ir::TlsList::kServerName:
          out.add_server_names(name);
          break;
        case ir::TlsList::kAlpn:
          out.add_alpn(name);
          break;
        case ir::TlsList::kKeyExchange:
          out.add_key_exchange(name);
          break;
        case ir::TlsList::kCipherSuite:
          out.add_cipher_suites(name);
          break;
        case ir::TlsList::kStarttls:
          out.set_starttls(name);
          break;
      }
    }
  }
}

std::map<Profile, uint32_t> AddProfiles(const network::Tables& tables,
                                        v1::NetworkTables& out) {
  std::map<Profile, uint32_t> profiles;
  for (const network::Cell& cell : tables.cells) {
    if (cell.enforced.min_tls) profiles[ProfileOf(cell.enforced)] = 0;
  }
  for (auto& [profile, number] : profiles) {
    FillProfile(profile, *out.add_tls_profiles());
    number = static_cast<uint32_t>(out.tls_profiles_size());
  }
  return profiles;
}

uint32_t AskingRule(const ir::Decision& decision, ir::TlsList list) {
  const std::optional<ir::AskedNames>& asked = decision.names(list);
  return asked ? RuleId(asked->rule) : 0;
}

void FillCell(const network::Cell& cell,
              const std::map<Profile, uint32_t>& profiles, v1::Cell& to) {
  const ir::Decision& enforced = cell.enforced;
  to.set_source_class(cell.source);
  to.set_target_class(cell.target);
  to.set_protocol(static_cast<uint32_t>(cell.protocol));
  to.set_interval(cell.interval);
  if (enforced.rule) {
    to.set_effect(ToProto(enforced.verdict));
    to.set_rule(RuleId(enforced.rule));
  }
  if (enforced.min_tls) {
    to.set_tls_profile(profiles.at(ProfileOf(enforced)));
    to.set_tls_rule(RuleId(enforced.tls_rule));
  }
  to.set_server_name_rule(AskingRule(enforced, ir::TlsList::kServerName));
  to.set_alpn_rule(AskingRule(enforced, ir::TlsList::kAlpn));
  to.set_key_exchange_rule(AskingRule(enforced, ir::TlsList::kKeyExchange));
  to.set_cipher_suite_rule(AskingRule(enforced, ir::TlsList::kCipherSuite));
  to.set_starttls_rule(AskingRule(enforced, ir::TlsList::kStarttls));
  to.set_authentication_rule(RuleId(enforced.authentication_rule));
  if (cell.audited.verdict != enforced.verdict) {
    to.set_audit_effect(ToProto(cell.audited.verdict));
    to.set_audit_rule(RuleId(cell.audited.rule));
  }
}

void AddTables(const network::Tables& tables, v1::NetworkTables& out) {
  out.set_class_count(tables.class_count);
  out.mutable_interval_starts()->Add(tables.interval_starts.begin(),
                                     tables.interval_starts.end());
  std::map<Profile, uint32_t> profiles = AddProfiles(tables, out);
  for (const network::Cell& cell : tables.cells)
    FillCell(cell, profiles, *out.add_cells());
}

void AddSelinux(const ir::RuleSet& rules, v1::Bundle& bundle) {
  for (const ir::SelinuxBoolean& boolean : rules.booleans) {
    v1::BooleanRecord* out = bundle.add_booleans();
    out->set_name(boolean.name);
    out->set_on(boolean.on);
    SetOrigin(boolean.origin, out->mutable_origin());
  }
  for (const ir::SelinuxPort& port : rules.selinux_ports) {
    v1::PortRecord* out = bundle.add_selinux_ports();
    out->set_protocol(static_cast<uint32_t>(port.protocol));
    out->mutable_ports()->set_first(port.ports.first);
    out->mutable_ports()->set_last(port.ports.last);
    out->set_type(port.type);
    SetOrigin(port.origin, out->mutable_origin());
  }
  for (const ir::SelinuxPermissive& domain : rules.permissive) {
    v1::PermissiveRecord* out = bundle.add_permissive();
    out->set_type(domain.type);
    SetOrigin(domain.origin, out->mutable_origin());
  }
  for (const ir::SelinuxEquivalence& one : rules.equivalences) {
    v1::EquivalenceRecord* out = bundle.add_equivalences();
    out->set_path(one.path);
    out->set_equal_to(one.equal_to);
    SetOrigin(one.origin, out->mutable_origin());
  }
}

void AddFiles(const ir::RuleSet& rules, const Artefacts& artefacts,
              v1::Bundle& bundle) {
  std::map<std::string, const filecaps::CapabilityRecord*> capabilities;
  for (const filecaps::CapabilityRecord& record : artefacts.capabilities) {
    capabilities[record.path] = &record;
  }
  for (const ir::File& file : rules.files) {
    v1::FileRecord* out = bundle.add_files();
    out->set_path(file.path);
    if (file.context) out->set_context(file.context->ToString());
    if (auto record = capabilities.find(file.path);
        record != capabilities.end()) {
      out->set_manages_capabilities(true);
      if (record->second->set)
        out->set_capabilities(record->second->set->text());
      out->set_capabilities_rootid(record->second->rootid);
    }
    out->set_workload(file.workload);
    out->set_report_drift(file.report_drift);
    SetOrigin(file.origin, out->mutable_origin());
  }
  std::set<std::pair<std::string, uint32_t>> reported;
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    if (fcontext.report_drift)
      reported.emplace(fcontext.origin.file, fcontext.origin.line);
  }
  for (const selinux::FcontextRecord& record : artefacts.fcontexts) {
    v1::FcontextRecord* out = bundle.add_fcontexts();
    out->set_path(record.path);
    out->set_file_kind(record.file_kind);
    out->set_context(record.context);
    out->set_report_drift(
        reported.count({record.origin.file, record.origin.line}) != 0);
    SetOrigin(record.origin, out->mutable_origin());
  }
}

}  // namespace

v1::Bundle AssembleBundle(const ir::RuleSet& rules,
                          const Artefacts& artefacts) {
  v1::Bundle bundle;
  bundle.set_compiler_version(kVersion);
  AddRequirements(rules, bundle);
  AddIdentities(rules, artefacts.tables, bundle);
  for (const ir::Rule& rule : rules.rules) AddRule(rules, rule, bundle);
  AddTables(artefacts.tables, *bundle.mutable_network());
  AddFiles(rules, artefacts, bundle);
  AddSelinux(rules, bundle);
  return bundle;
}

}  // namespace pol::driver
