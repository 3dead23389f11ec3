#include "compiler/driver/assemble_bundle.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/driver/version.h"

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

// What an agent has to know to enforce these rules.
void AddRequirements(const ir::RuleSet& rules, v1::Bundle& bundle) {
  std::set<std::string> requirements;
  if (!rules.addresses.empty()) requirements.insert("address-authentication");
  for (const ir::Rule& rule : rules.rules) {
    if (rule.mode == ir::Mode::kAudit) requirements.insert("audit-mode");
    if (rule.min_tls) requirements.insert("tls-version");
  }
  for (const std::string& requirement : requirements)
    bundle.add_requirements(requirement);
}

void AddIdentities(const ir::RuleSet& rules, const network::Tables& tables,
                   v1::Bundle& bundle) {
  for (size_t i = 0; i < rules.identities.size(); ++i) {
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

void AddRule(const ir::Rule& rule, v1::Bundle& bundle) {
  v1::Rule* out = bundle.add_rules();
  out->set_name(rule.name);
  out->set_effect(ToProto(rule.effect));
  out->set_mode(rule.mode == ir::Mode::kEnforce ? v1::MODE_ENFORCE
                                                : v1::MODE_AUDIT);
  out->mutable_sources()->Add(rule.sources.begin(), rule.sources.end());
  out->mutable_targets()->Add(rule.targets.begin(), rule.targets.end());
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
  if (rule.min_tls) {
    out->mutable_tls()->set_min_version(static_cast<uint32_t>(*rule.min_tls));
    SetOrigin(rule.tls_origin, out->mutable_tls_origin());
  }
}

uint32_t RuleId(std::optional<size_t> rule) {
  return rule ? static_cast<uint32_t>(*rule + 1) : 0;
}

void AddTables(const network::Tables& tables, v1::NetworkTables& out) {
  out.set_class_count(tables.class_count);
  out.mutable_interval_starts()->Add(tables.interval_starts.begin(),
                                     tables.interval_starts.end());
  std::set<values::TlsVersion> versions;
  for (const network::Cell& cell : tables.cells) {
    if (cell.enforced.min_tls) versions.insert(*cell.enforced.min_tls);
  }
  std::map<values::TlsVersion, uint32_t> profiles;
  for (values::TlsVersion version : versions) {
    out.add_tls_profiles()->set_min_version(static_cast<uint32_t>(version));
    profiles[version] = static_cast<uint32_t>(out.tls_profiles_size());
  }
  for (const network::Cell& cell : tables.cells) {
    v1::Cell* to = out.add_cells();
    to->set_source_class(cell.source);
    to->set_target_class(cell.target);
    to->set_protocol(static_cast<uint32_t>(cell.protocol));
    to->set_interval(cell.interval);
    if (cell.enforced.rule) {
      to->set_effect(ToProto(cell.enforced.verdict));
      to->set_rule(RuleId(cell.enforced.rule));
    }
    if (cell.enforced.min_tls) {
      to->set_tls_profile(profiles[*cell.enforced.min_tls]);
      to->set_tls_rule(RuleId(cell.enforced.tls_rule));
    }
    if (cell.audited.verdict != cell.enforced.verdict) {
      to->set_audit_effect(ToProto(cell.audited.verdict));
      to->set_audit_rule(RuleId(cell.audited.rule));
    }
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
    }
    SetOrigin(file.origin, out->mutable_origin());
  }
  for (const selinux::FcontextRecord& record : artefacts.fcontexts) {
    v1::FcontextRecord* out = bundle.add_fcontexts();
    out->set_path(record.path);
    out->set_file_kind(record.file_kind);
    out->set_context(record.context);
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
  for (const ir::Rule& rule : rules.rules) AddRule(rule, bundle);
  AddTables(artefacts.tables, *bundle.mutable_network());
  AddFiles(rules, artefacts, bundle);
  return bundle;
}

}  // namespace pol::driver
