// What is in force, and what was.
#include <utility>

#include "agent/apply/apply.h"
#include "agent/apply/plan.h"
#include "compiler/bundle/container.h"

namespace pol::apply {
namespace {

std::string PendingText(const v1::State& state) {
  if (!state.has_pending()) return "";
  const char* what = "an apply";
  if (state.pending().how() == v1::DIRECTION_ROLLBACK) what = "a rollback";
  if (state.pending().how() == v1::DIRECTION_REPAIR) what = "a repair";
  return absl::StrCat(what, " (change ", state.pending().number(),
                      ") is under way or was interrupted; the next change "
                      "undoes it first if it was");
}

}  // namespace

absl::StatusOr<v1::HostStatus> ReadStatus(Host& host) {
  StateFolder folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  const v1::Generation& in_force = InForce(state);
  int former = state.generations_size() - 2;
  v1::HostStatus status;
  status.set_active(active.has_value());
  status.set_generation(active ? in_force.number() : 0);
  status.set_digest(in_force.digest());
  status.set_applied_unix_ms(in_force.unix_ms());
  status.set_can_roll_back(former >= 0);
  if (former >= 0) {
    const v1::Generation& before = state.generations(former);
    status.set_former_digest(before.digest());
    if (in_force.how() == v1::DIRECTION_ROLLBACK)
      status.set_rolled_back_from(before.number());
  }
  status.set_confirm_until_unix_ms(state.confirmation().deadline_unix_ms());
  status.set_pending(PendingText(state));
  if (active) FillNumbers(active->message, status.mutable_tables());
  for (std::string& requirement : bundle::KnownRequirements())
    status.add_requirements(std::move(requirement));
  status.set_version(host.version);
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    v1::FenceReport* report = status.add_fences();
    FillFence(host, *fence, report);
    if (!active) continue;
    absl::StatusOr<std::vector<enforce::Change>> drift =
        fence->Read(&active->message, active->message);
    if (drift.ok()) {
      FillChanges(*std::move(drift), report);
    } else {
      report->set_error(std::string(drift.status().message()));
    }
  }
  return status;
}

absl::StatusOr<v1::GenerationList> ReadGenerations(
    const kernel::HostPaths& paths) {
  POL_ASSIGN_OR_RETURN(v1::State state, StateFolder(paths.state_dir).Read());
  v1::GenerationList list;
  for (int i = state.generations_size() - 1; i >= 0; --i) {
    const v1::Generation& generation = state.generations(i);
    v1::KnownGeneration* known = list.add_generations();
    known->set_number(generation.number());
    known->set_digest(generation.digest());
    known->set_unix_ms(generation.unix_ms());
    known->set_how(generation.how());
    known->set_source(generation.source());
    known->set_uid(generation.uid());
    known->set_policy(generation.policy());
    known->set_in_force(i == state.generations_size() - 1);
  }
  return list;
}

}  // namespace pol::apply
