#include <algorithm>
#include <tuple>

#include "compiler/lower/passes.h"

namespace pol::lower {

void AddFiles(const sema::Model& model, const support::SourceSet& sources,
              ir::RuleSet& rules) {
  for (const sema::File& file : model.files) {
    rules.files.push_back(
        {file.path, file.context, file.manages_capabilities, file.capabilities,
         file.capabilities_rootid,
         file.workload ? model.workloads[*file.workload].name : "",
         OriginOf(sources, file.span), OriginOf(sources, file.context_span),
         file.report_drift});
  }
  std::sort(rules.files.begin(), rules.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  for (const sema::Fcontext& fcontext : model.fcontexts) {
    rules.fcontexts.push_back({fcontext.path, fcontext.kind, fcontext.context,
                               OriginOf(sources, fcontext.span),
                               OriginOf(sources, fcontext.context_span),
                               fcontext.report_drift});
  }
  std::sort(rules.fcontexts.begin(), rules.fcontexts.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.path, a.kind) < std::tie(b.path, b.kind);
            });
}

void AddSelinux(const sema::Model& model, const support::SourceSet& sources,
                ir::RuleSet& rules) {
  for (const sema::SelinuxBoolean& boolean : model.booleans) {
    rules.booleans.push_back(
        {boolean.name, boolean.value, OriginOf(sources, boolean.span)});
  }
  std::sort(rules.booleans.begin(), rules.booleans.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const sema::SelinuxPort& port : model.selinux_ports) {
    rules.selinux_ports.push_back(
        {port.protocol, port.ports, port.type, OriginOf(sources, port.span)});
  }
  std::sort(rules.selinux_ports.begin(), rules.selinux_ports.end(),
            [](const auto& a, const auto& b) {
              return std::tie(a.protocol, a.ports) <
                     std::tie(b.protocol, b.ports);
            });
  for (const sema::SelinuxPermissive& permissive : model.permissives) {
    rules.permissive.push_back(
        {permissive.type, OriginOf(sources, permissive.span)});
  }
  std::sort(rules.permissive.begin(), rules.permissive.end(),
            [](const auto& a, const auto& b) { return a.type < b.type; });
  for (const sema::SelinuxEquivalence& one : model.selinux_equivalences) {
    rules.equivalences.push_back(
        {one.path, one.equal_to, OriginOf(sources, one.span)});
  }
  std::sort(rules.equivalences.begin(), rules.equivalences.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
}

}  // namespace pol::lower
