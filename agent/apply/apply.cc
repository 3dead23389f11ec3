#include "agent/apply/apply.h"

#include <utility>
#include <vector>

#include "agent/apply/confirmation.h"
#include "agent/apply/session.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;
using enforce::Fence;

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

absl::Status CheckApproved(const v1::State& state,
                           const std::vector<v1::FenceReport>& changes,
                           const ChangeOptions& options) {
  return options.approve ? options.approve(state, changes) : absl::OkStatus();
}

// The bundle in force, once more. It stays the generation that it is, and its
// way back the one of the apply that brought it.
absl::StatusOr<v1::Outcome> PutRight(Host& host, Session* session,
                                     const ChangeOptions& options) {
  const Bundle& active = session->active->message;
  const v1::Generation& generation = InForce(session->state);
  POL_ASSIGN_OR_RETURN(uint32_t drifted, CountDrift(host, active));
  if (drifted == 0) {
    POL_RETURN_IF_ERROR(CheckApproved(session->state, {}, options));
    return MakeOutcome(*session, session->returned);
  }
  POL_ASSIGN_OR_RETURN(
      Transaction transaction, PrepareAll(host, options, [&](Fence& fence) {
        return fence.Prepare(&active, active, generation.number());
      }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  POL_RETURN_IF_ERROR(CheckApproved(session->state, changes, options));
  LoadedBundle known;
  known.message = active;
  PreparedChange change{std::move(transaction), {}, &known, session->state};
  change.journal.set_number(session->NextNumber());
  change.journal.set_how(v1::DIRECTION_REPAIR);
  *change.journal.mutable_from() = generation;
  *change.journal.mutable_to() = generation;
  POL_RETURN_IF_ERROR(Execute(host, session, std::move(change), options));
  v1::Outcome outcome = MakeOutcome(*session, true, std::move(changes));
  outcome.set_drifted(drifted);
  return outcome;
}

absl::Status CheckConfirmed(const v1::State& state) {
  if (!state.has_confirmation()) return absl::OkStatus();
  int64_t left = LeftMs(state.confirmation(), Now());
  return absl::FailedPreconditionError(absl::StrCat(
      "generation ", InForce(state).number(),
      " waits to be confirmed, and is left in ", (left + 999) / 1000,
      " seconds otherwise: run `polc confirm`, or `polc rollback`, first"));
}

absl::StatusOr<v1::Outcome> ApplyIn(Session* session, Host& host,
                                    const LoadedBundle& target,
                                    const ChangeOptions& options) {
  POL_RETURN_IF_ERROR(CheckConfirmed(session->state));
  const v1::Generation& from = InForce(session->state);
  if (session->active && from.digest() == target.digest)
    return PutRight(host, session, options);

  const Bundle* active = session->active_message();
  uint64_t number = session->NextNumber();
  POL_ASSIGN_OR_RETURN(Transaction transaction,
                       PrepareAll(host, options, [&](Fence& fence) {
                         return fence.Prepare(active, target.message, number);
                       }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  POL_RETURN_IF_ERROR(CheckApproved(session->state, changes, options));
  v1::Generation to;
  to.set_number(number);
  to.set_bundle(absl::StrCat(number, ".polb"));
  to.set_digest(target.digest);
  to.set_unix_ms(Now().unix_ms);
  to.set_how(v1::DIRECTION_APPLY);
  to.set_uid(options.uid);
  to.set_policy(options.policy);
  to.set_undo(absl::StrCat(number, ".undo"));
  PreparedChange change{std::move(transaction), {}, &target, session->state};
  change.journal.set_number(number);
  change.journal.set_how(v1::DIRECTION_APPLY);
  *change.journal.mutable_from() = from;
  *change.journal.mutable_to() = to;
  Push(to, &change.next);
  if (options.confirm_within_seconds > 0) {
    *change.next.mutable_confirmation() =
        ConfirmWithin(options.confirm_within_seconds, Now());
  }
  POL_RETURN_IF_ERROR(Execute(host, session, std::move(change), options));
  return MakeOutcome(*session, true, std::move(changes));
}

}  // namespace

absl::StatusOr<std::optional<ActiveBundle>> ReadActive(
    const kernel::HostPaths& paths) {
  StateFolder folder(paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  if (!active) return std::nullopt;
  return ActiveBundle{*std::move(active), InForce(state).number()};
}

absl::StatusOr<v1::Outcome> Apply(Host& host, const LoadedBundle& target,
                                  const ChangeOptions& options) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "apply", options));
  absl::StatusOr<v1::Outcome> outcome =
      ApplyIn(&session, host, target, options);
  if (!outcome.ok()) return WithNotes(outcome.status(), session);
  return outcome;
}

absl::StatusOr<v1::Outcome> Repair(Host& host, const ChangeOptions& options) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "repair", options));
  if (!session.active) return MakeOutcome(session, session.returned);
  absl::StatusOr<v1::Outcome> outcome = PutRight(host, &session, options);
  if (!outcome.ok()) return WithNotes(outcome.status(), session);
  return outcome;
}

absl::Status RemoveAll(Host& host) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "remove", {}));
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
    return WithNotes(absl::InternalError(absl::StrCat(
                         "not everything could be removed: ", left)),
                     session);
  }
  return session.folder.Clear();
}

}  // namespace pol::apply
