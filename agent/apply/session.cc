#include "agent/apply/session.h"

#include <unistd.h>

#include <utility>

#include "absl/strings/str_join.h"
#include "agent/apply/confirmation.h"
#include "agent/apply/plan.h"
#include "agent/apply/recovery.h"

namespace pol::apply {
namespace {

absl::Status CheckRoot(const std::string& what) {
  if (geteuid() == 0) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      what,
      " changes labels, capabilities and kernel programs: run it as "
      "root, or start pold and join its group"));
}

bool Cancelled(const ChangeOptions& options) {
  return options.cancelled && options.cancelled();
}

// The change is no more; its number is used up. Where this fails the journal
// stays, and the next change finds that there is nothing left to undo.
void Withdraw(uint64_t number, Session* session) {
  session->state.set_attempted(number);
  if (session->folder.Write(session->state).ok())
    session->folder.RemoveOthers(session->state).IgnoreError();
}

absl::Status ReturnUnconfirmed(Host& host, Session* session,
                               const ChangeOptions& options) {
  const v1::State& state = session->state;
  if (!state.has_confirmation() || LeftMs(state.confirmation(), Now()) > 0)
    return absl::OkStatus();
  uint64_t unconfirmed = InForce(state).number();
  ChangeOptions own;
  own.about_to_switch = options.about_to_switch;
  POL_RETURN_IF_ERROR(support::Annotate(
      ReturnTo(host, session, state.generations_size() - 2, own).status(),
      absl::StrCat("generation ", unconfirmed,
                   " was not confirmed in time, and cannot be left")));
  session->returned = true;
  uint64_t source = InForce(session->state).source();
  session->notes.push_back(absl::StrCat(
      "generation ", unconfirmed, " was not confirmed in time: ",
      HasPolicy(InForce(session->state))
          ? absl::StrCat("what was in force as generation ", source, " is back")
          : "there is no policy again"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Session> Begin(Host& host, const std::string& what,
                              const ChangeOptions& options) {
  POL_RETURN_IF_ERROR(CheckRoot(what));
  POL_ASSIGN_OR_RETURN(ApplyLock lock, ApplyLock::Take(host.paths.run_dir));
  StateFolder folder(host.paths.state_dir);
  POL_ASSIGN_OR_RETURN(v1::State state, folder.Read());
  Session session{std::move(lock), std::move(folder), std::move(state),
                  /*active=*/{},   /*notes=*/{},      /*returned=*/false};
  POL_RETURN_IF_ERROR(
      Recover(host, session.folder, &session.state, &session.notes));
  POL_ASSIGN_OR_RETURN(session.active,
                       session.folder.LoadActive(session.state));
  absl::Status returned = ReturnUnconfirmed(host, &session, options);
  if (!returned.ok()) return WithNotes(returned, session);
  return session;
}

absl::StatusOr<Transaction> PrepareAll(Host& host, const ChangeOptions& options,
                                       const PrepareOne& prepare) {
  Transaction transaction;
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    absl::StatusOr<std::unique_ptr<enforce::Step>> step = prepare(*fence);
    if (!step.ok())
      return support::Annotate(step.status(), std::string(fence->name()));
    transaction.Add(std::string(fence->name()), *std::move(step));
    if (Cancelled(options))
      return absl::CancelledError("interrupted; nothing was changed");
  }
  return transaction;
}

absl::Status Execute(Host& host, Session* session, PreparedChange change,
                     const ChangeOptions& options) {
  const StateFolder& folder = session->folder;
  Transaction& transaction = change.transaction;
  transaction.Describe(&change.journal);
  uint64_t number = change.journal.number();
  v1::State pending = session->state;
  absl::Status begun =
      folder.Begin(change.journal, change.bundle->file, &pending);
  if (!begun.ok()) {
    Withdraw(number, session);
    return absl::Status(begun.code(),
                        absl::StrCat(begun.message(), "; nothing was changed"));
  }
  if (options.about_to_switch) {
    options.about_to_switch(change.journal.to().number(),
                            change.bundle->message);
  }
  absl::Status done = transaction.Switch(options.cancelled);
  if (done.ok()) {
    change.next.set_attempted(number);
    change.next.clear_pending();
    done = folder.Write(change.next);
    if (!done.ok()) {
      // It may have become the state all the same, and must not stay that while
      // the switches are undone.
      folder.Write(pending).IgnoreError();
      done = transaction.Undo(done);
    }
  }
  if (!done.ok()) {
    if (!transaction.half_undone()) Withdraw(number, session);
    return done;
  }
  session->state = std::move(change.next);
  absl::Status tidied = Tidy(host, folder, session->state, &session->notes);
  if (!tidied.ok()) {
    session->notes.push_back(absl::StrCat(
        "left for the next change to tidy up: ", tidied.message()));
  }
  return absl::OkStatus();
}

void Push(const v1::Generation& next, v1::State* state) {
  auto* list = state->mutable_generations();
  if (list->empty()) list->Add();  // what was before the first apply
  *list->Add() = next;
  int surplus = list->size() - kKeptGenerations;
  if (surplus <= 0) return;
  list->DeleteSubrange(0, surplus);
  // Nothing is kept that it could lead back to.
  list->Mutable(0)->clear_undo();
}

v1::Outcome MakeOutcome(const Session& session, bool changed,
                        std::vector<v1::FenceReport> changes) {
  const v1::Generation& in_force = InForce(session.state);
  v1::Outcome outcome;
  outcome.set_changed(changed);
  for (v1::FenceReport& fence : changes)
    *outcome.add_fences() = std::move(fence);
  *outcome.mutable_changes() = Count(outcome.fences());
  outcome.set_generation(HasPolicy(in_force) ? in_force.number() : 0);
  outcome.set_digest(in_force.digest());
  outcome.set_confirm_until_unix_ms(
      session.state.confirmation().deadline_unix_ms());
  for (const std::string& note : session.notes) outcome.add_notes(note);
  return outcome;
}

absl::Status WithNotes(const absl::Status& status, const Session& session) {
  if (status.ok() || session.notes.empty()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(status.message(), "; before that: ",
                                   absl::StrJoin(session.notes, "; ")));
}

}  // namespace pol::apply
