#include "agent/apply/plan.h"

#include <utility>

#include "agent/apply/effects.h"

namespace pol::apply {

using bundle::v1::Bundle;
using enforce::Fence;

void FillNumbers(const Bundle& bundle, v1::TableNumbers* numbers) {
  auto size = [](int count) { return static_cast<uint32_t>(count); };
  const auto& network = bundle.network();
  numbers->set_identities(size(bundle.identities_size()));
  numbers->set_workloads(size(bundle.workloads_size()));
  numbers->set_addresses(size(bundle.addresses_size()));
  numbers->set_rules(size(bundle.rules_size()));
  numbers->set_classes(network.class_count());
  numbers->set_intervals(size(network.interval_starts_size()));
  numbers->set_cells(size(network.cells_size()));
  numbers->set_tls_profiles(size(network.tls_profiles_size()));
}

void FillFence(Fence& fence, v1::FenceReport* report) {
  enforce::Support support = fence.Probe();
  report->set_name(std::string(fence.name()));
  report->set_available(support.available);
  report->set_reason(support.reason);
}

void FillChanges(std::vector<enforce::Change> changes,
                 v1::FenceReport* report) {
  for (enforce::Change& change : changes) {
    v1::Change* out = report->add_changes();
    out->set_object(std::move(change.object));
    out->set_aspect(std::move(change.aspect));
    out->set_before(std::move(change.before));
    out->set_after(std::move(change.after));
    out->set_origin(std::move(change.origin));
  }
}

namespace {

void FillFindings(std::vector<enforce::Finding> findings,
                  v1::FenceReport* report) {
  for (enforce::Finding& finding : findings) {
    v1::Finding* out = report->add_findings();
    out->set_object(std::move(finding.object));
    out->set_text(std::move(finding.text));
    out->set_origin(std::move(finding.origin));
    out->set_code(std::move(finding.code));
  }
}

}  // namespace

absl::StatusOr<v1::Plan> MakePlan(Host& host, const LoadedBundle& target) {
  StateFolder folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  const Bundle* message = active ? &active->message : nullptr;
  v1::Plan plan;
  plan.set_active_digest(state.digest());
  plan.set_active_generation(state.generation());
  plan.set_target_digest(target.digest);
  for (const std::unique_ptr<Fence>& fence : host.fences) {
    v1::FenceReport* report = plan.add_fences();
    FillFence(*fence, report);
    absl::StatusOr<std::vector<enforce::Change>> changes =
        fence->Read(message, target.message);
    if (!changes.ok())
      return support::Annotate(changes.status(), std::string(fence->name()));
    FillChanges(*std::move(changes), report);
    absl::StatusOr<std::vector<enforce::Finding>> findings =
        fence->Findings(message, target.message);
    if (!findings.ok())
      return support::Annotate(findings.status(), std::string(fence->name()));
    FillFindings(*std::move(findings), report);
  }
  if (message != nullptr) FillNumbers(*message, plan.mutable_before());
  FillNumbers(target.message, plan.mutable_after());
  AddEffects(message, target.message, &plan);
  return plan;
}

}  // namespace pol::apply
