#include "agent/apply/apply.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/apply/apply_lock.h"
#include "agent/apply/plan.h"
#include "agent/apply/transaction.h"
#include "compiler/bundle/container.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;
using enforce::Fence;

int64_t NowUnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

absl::Status CheckRoot(const std::string& what) {
  if (geteuid() == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      what,
      " changes labels, capabilities and kernel programs: run it as "
      "root, or start pold and join its group"));
}

// A policy that says nothing: where a rollback of the first apply leads.
LoadedBundle NoPolicy() {
  LoadedBundle none;
  none.message.add_identities();
  none.message.mutable_network()->set_class_count(1);
  none.message.mutable_network()->add_interval_starts(0);
  return none;
}

// The lock, the state and the bundle in force: what every change begins with.
struct Session {
  ApplyLock lock;
  StateFolder folder;
  v1::State state;
  std::optional<LoadedBundle> active;

  const Bundle* active_message() const {
    return active ? &active->message : nullptr;
  }
  uint64_t NextGeneration() const {
    return std::max(state.attempted(), state.generation()) + 1;
  }
};

absl::StatusOr<Session> Begin(const Host& host, const std::string& what) {
  POL_RETURN_IF_ERROR(CheckRoot(what));
  POL_ASSIGN_OR_RETURN(ApplyLock lock, ApplyLock::Take(host.paths.run_dir));
  StateFolder folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  return Session{std::move(lock), std::move(folder), std::move(state),
                 std::move(active)};
}

absl::StatusOr<uint32_t> CountDrift(Host& host, const Bundle& active) {
  size_t changes = 0;
  for (const std::unique_ptr<Fence>& fence : host.fences) {
    absl::StatusOr<std::vector<enforce::Change>> read =
        fence->Read(&active, active);
    if (!read.ok())
      return support::Annotate(read.status(), std::string(fence->name()));
    changes += read->size();
  }
  return static_cast<uint32_t>(changes);
}

using PrepareOne =
    std::function<absl::StatusOr<std::unique_ptr<enforce::Step>>(Fence&)>;

absl::StatusOr<Transaction> PrepareAll(Host& host, const PrepareOne& prepare) {
  Transaction transaction;
  for (const std::unique_ptr<Fence>& fence : host.fences) {
    absl::StatusOr<std::unique_ptr<enforce::Step>> step = prepare(*fence);
    if (!step.ok())
      return support::Annotate(step.status(), std::string(fence->name()));
    transaction.Add(std::string(fence->name()), *std::move(step));
  }
  return transaction;
}

// Switches, then records; what cannot be recorded is undone.
absl::Status SwitchAndRecord(const Session& session, const v1::State& next,
                             Transaction* transaction) {
  POL_RETURN_IF_ERROR(transaction->Switch());
  absl::Status recorded = session.folder.Commit(next);
  return recorded.ok() ? recorded : transaction->Undo(recorded);
}

v1::Outcome MakeOutcome(const v1::State& state, bool changed,
                        std::vector<v1::FenceReport> changes = {}) {
  v1::Outcome outcome;
  outcome.set_changed(changed);
  for (v1::FenceReport& fence : changes)
    *outcome.add_fences() = std::move(fence);
  *outcome.mutable_changes() = Count(outcome.fences());
  outcome.set_generation(state.generation());
  outcome.set_digest(state.digest());
  return outcome;
}

// The bundle in force, once more.
absl::StatusOr<v1::Outcome> PutRight(Host& host, const Session& session,
                                     const AboutToSwitch& about_to_switch,
                                     const Approve& approve = {}) {
  const Bundle& active = session.active->message;
  POL_ASSIGN_OR_RETURN(uint32_t drifted, CountDrift(host, active));
  if (drifted == 0) {
    if (approve) POL_RETURN_IF_ERROR(approve(session.state, {}));
    return MakeOutcome(session.state, false);
  }
  uint64_t generation = session.NextGeneration();
  POL_ASSIGN_OR_RETURN(Transaction transaction,
                       PrepareAll(host, [&](Fence& fence) {
                         return fence.Prepare(&active, active, generation);
                       }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  if (approve) POL_RETURN_IF_ERROR(approve(session.state, changes));
  // The way back stays the one of the apply that brought this bundle.
  v1::State next = session.state;
  next.set_attempted(generation);
  POL_RETURN_IF_ERROR(session.folder.Commit(next));
  if (about_to_switch) about_to_switch(generation, active);
  next.set_generation(generation);
  POL_RETURN_IF_ERROR(SwitchAndRecord(session, next, &transaction));
  v1::Outcome outcome = MakeOutcome(next, true, std::move(changes));
  outcome.set_drifted(drifted);
  return outcome;
}

}  // namespace

absl::StatusOr<std::optional<ActiveBundle>> ReadActive(
    const kernel::HostPaths& paths) {
  StateFolder folder(paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  if (!active) return std::nullopt;
  return ActiveBundle{*std::move(active), state.generation()};
}

absl::StatusOr<v1::Outcome> Apply(Host& host, const LoadedBundle& target,
                                  const AboutToSwitch& about_to_switch,
                                  const Approve& approve) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "apply"));
  if (session.active && session.state.digest() == target.digest)
    return PutRight(host, session, about_to_switch, approve);

  const Bundle* active = session.active_message();
  uint64_t generation = session.NextGeneration();
  POL_ASSIGN_OR_RETURN(
      Transaction transaction, PrepareAll(host, [&](Fence& fence) {
        return fence.Prepare(active, target.message, generation);
      }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  if (approve) POL_RETURN_IF_ERROR(approve(session.state, changes));
  POL_ASSIGN_OR_RETURN(
      StateFolder::Files files,
      session.folder.Begin(session.state, generation, target.file,
                           transaction.Journal()));
  v1::State next;
  next.set_attempted(generation);
  next.set_generation(generation);
  next.set_bundle(files.bundle);
  next.set_digest(target.digest);
  next.set_applied_unix_ms(NowUnixMs());
  next.set_undo(files.undo);
  next.set_former_bundle(session.state.bundle());
  next.set_former_digest(session.state.digest());
  if (about_to_switch) about_to_switch(generation, target.message);
  POL_RETURN_IF_ERROR(SwitchAndRecord(session, next, &transaction));
  return MakeOutcome(next, true, std::move(changes));
}

absl::StatusOr<v1::Outcome> Rollback(Host& host,
                                     const AboutToSwitch& about_to_switch) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "rollback"));
  const v1::State& state = session.state;
  if (!session.active) {
    return absl::FailedPreconditionError(
        "no policy is in force: there is nothing to roll back");
  }
  if (state.undo().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "generation ", state.generation(), " is itself the rollback of ",
        state.rolled_back_from(),
        ", and only one generation is kept: apply a bundle to go on"));
  }
  POL_ASSIGN_OR_RETURN(v1::Journal journal,
                       session.folder.LoadJournal(state.undo()));
  bool to_nothing = state.former_bundle().empty();
  LoadedBundle former = NoPolicy();
  if (!to_nothing) {
    POL_ASSIGN_OR_RETURN(former, session.folder.Load(state.former_bundle(),
                                                     state.former_digest()));
  }
  uint64_t generation = session.NextGeneration();
  POL_ASSIGN_OR_RETURN(
      Transaction transaction, PrepareAll(host, [&](Fence& fence) {
        return fence.PrepareReturn(
            session.active->message, former.message, generation,
            (*journal.mutable_fences())[std::string(fence.name())]);
      }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  v1::State next = state;
  next.set_attempted(generation);
  POL_RETURN_IF_ERROR(session.folder.Commit(next));
  next.Clear();
  next.set_attempted(generation);
  next.set_rolled_back_from(state.generation());
  if (!to_nothing) {
    next.set_generation(generation);
    next.set_bundle(state.former_bundle());
    next.set_digest(state.former_digest());
    next.set_applied_unix_ms(NowUnixMs());
  }
  if (about_to_switch) about_to_switch(generation, former.message);
  POL_RETURN_IF_ERROR(SwitchAndRecord(session, next, &transaction));
  if (to_nothing) {
    // What holds an empty policy is still there, and no longer needed.
    for (auto fence = host.fences.rbegin(); fence != host.fences.rend();
         ++fence) {
      POL_RETURN_IF_ERROR((*fence)->Remove(former.message));
    }
  }
  return MakeOutcome(next, true, std::move(changes));
}

absl::StatusOr<v1::Outcome> Repair(Host& host,
                                   const AboutToSwitch& about_to_switch) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "repair"));
  if (!session.active) return MakeOutcome(session.state, false);
  return PutRight(host, session, about_to_switch);
}

absl::StatusOr<v1::HostStatus> ReadStatus(Host& host) {
  StateFolder folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  v1::HostStatus status;
  status.set_active(active.has_value());
  status.set_generation(state.generation());
  status.set_digest(state.digest());
  status.set_applied_unix_ms(state.applied_unix_ms());
  status.set_can_roll_back(!state.undo().empty());
  status.set_former_digest(state.former_digest());
  status.set_rolled_back_from(state.rolled_back_from());
  if (active) FillNumbers(active->message, status.mutable_tables());
  for (std::string& requirement : bundle::KnownRequirements())
    status.add_requirements(std::move(requirement));
  status.set_version(host.version);
  for (const std::unique_ptr<Fence>& fence : host.fences) {
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

absl::Status RemoveAll(Host& host) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "remove"));
  LoadedBundle none = NoPolicy();
  const Bundle& active =
      session.active ? session.active->message : none.message;
  std::string left;
  for (auto fence = host.fences.rbegin(); fence != host.fences.rend();
       ++fence) {
    absl::Status removed = (*fence)->Remove(active);
    if (removed.ok()) continue;
    absl::StrAppend(&left, left.empty() ? "" : "; ",
                    std::string((*fence)->name()), ": ", removed.message());
  }
  if (!left.empty()) {
    return absl::InternalError(
        absl::StrCat("not everything could be removed: ", left));
  }
  return session.folder.Clear();
}

}  // namespace pol::apply
