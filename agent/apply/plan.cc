#include "agent/apply/plan.h"

#include <utility>

#include "agent/apply/effects.h"
#include "agent/apply/readable.h"

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

void FillFence(const Host& host, Fence& fence, v1::FenceReport* report) {
  report->set_name(std::string(fence.name()));
  auto known = host.known_support.find(report->name());
  enforce::Support support =
      known != host.known_support.end() ? known->second : fence.Probe();
  report->set_available(support.available);
  report->set_reason(support.reason);
}

void FillChanges(std::vector<enforce::Change> changes,
                 v1::FenceReport* report) {
  for (enforce::Change& change : changes) {
    v1::Change* out = report->add_changes();
    out->set_object(Readable(change.object));
    out->set_aspect(std::move(change.aspect));
    out->set_before(Readable(change.before));
    out->set_after(Readable(change.after));
    out->set_origin(std::move(change.origin));
    out->set_rule(std::move(change.rule));
  }
}

namespace {

void FillFindings(std::vector<enforce::Finding> findings,
                  v1::FenceReport* report) {
  for (enforce::Finding& finding : findings) {
    v1::Finding* out = report->add_findings();
    out->set_object(Readable(finding.object));
    out->set_text(Readable(finding.text));
    out->set_origin(std::move(finding.origin));
    out->set_code(std::move(finding.code));
  }
}

absl::Status AddFootprint(Fence& fence, const Bundle& target, v1::Plan* plan) {
  POL_ASSIGN_OR_RETURN(enforce::Footprint footprint, fence.Measure(target));
  for (const enforce::Holding& table : footprint.tables) {
    v1::KernelTable* out = plan->add_kernel_tables();
    out->set_name(table.table);
    out->set_entries(table.entries);
    out->set_bytes(table.bytes);
    out->set_limit(table.limit);
    plan->set_kernel_bytes(plan->kernel_bytes() + table.bytes);
  }
  plan->set_kernel_programs(plan->kernel_programs() + footprint.programs);
  return absl::OkStatus();
}

// What may not be read is said in the plan, which goes on without it.
absl::Status AddFence(const Host& host, Fence& fence, const Bundle* active,
                      const LoadedBundle& target, v1::Plan* plan) {
  v1::FenceReport* report = plan->add_fences();
  FillFence(host, fence, report);
  POL_RETURN_IF_ERROR(AddFootprint(fence, target.message, plan));
  absl::StatusOr<std::vector<enforce::Change>> changes =
      fence.Read(active, target.message);
  absl::StatusOr<std::vector<enforce::Finding>> findings =
      std::vector<enforce::Finding>();
  if (changes.ok()) findings = fence.Findings(active, target.message);
  for (const absl::Status& status : {changes.status(), findings.status()}) {
    if (status.ok()) continue;
    if (!absl::IsPermissionDenied(status)) return status;
    report->set_error(std::string(status.message()));
    plan->add_unread(absl::StrCat(report->name(), ": ", status.message()));
  }
  if (changes.ok()) FillChanges(*std::move(changes), report);
  if (findings.ok()) FillFindings(*std::move(findings), report);
  return absl::OkStatus();
}

// The bundle in force, and the fields of the plan that name it.
absl::StatusOr<std::optional<LoadedBundle>> ReadInForce(const Host& host,
                                                        v1::Plan* plan) {
  StateFolder folder(host.paths.state_dir);
  absl::StatusOr<v1::State> state = folder.Read();
  absl::StatusOr<std::optional<LoadedBundle>> active = std::nullopt;
  if (state.ok()) active = folder.LoadActive(*state);
  for (const absl::Status& status : {state.status(), active.status()}) {
    if (status.ok()) continue;
    if (!absl::IsPermissionDenied(status)) return status;
    plan->add_unread(absl::StrCat("what is in force: ", status.message()));
    return std::nullopt;
  }
  const v1::Generation& in_force = InForce(*state);
  plan->set_active_digest(in_force.digest());
  plan->set_active_generation(HasPolicy(in_force) ? in_force.number() : 0);
  return active;
}

}  // namespace

v1::PlanCounts Count(
    const google::protobuf::RepeatedPtrField<v1::FenceReport>& fences) {
  v1::PlanCounts counts;
  for (const v1::FenceReport& fence : fences) {
    for (const v1::Change& change : fence.changes()) {
      if (change.before().empty()) {
        counts.set_add(counts.add() + 1);
      } else if (change.after().empty()) {
        counts.set_remove(counts.remove() + 1);
      } else {
        counts.set_change(counts.change() + 1);
      }
    }
  }
  return counts;
}

absl::StatusOr<v1::Plan> MakePlan(Host& host, const LoadedBundle& target) {
  v1::Plan plan;
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       ReadInForce(host, &plan));
  const Bundle* message = active ? &active->message : nullptr;
  plan.set_target_digest(target.digest);
  for (const std::unique_ptr<Fence>& fence : host.fences) {
    absl::Status added = AddFence(host, *fence, message, target, &plan);
    if (!added.ok())
      return support::Annotate(added, std::string(fence->name()));
  }
  if (message != nullptr) FillNumbers(*message, plan.mutable_before());
  FillNumbers(target.message, plan.mutable_after());
  AddEffects(message, target.message, &plan);
  *plan.mutable_changes() = Count(plan.fences());
  return plan;
}

}  // namespace pol::apply
