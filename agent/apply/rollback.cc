// Returning: by will, or because nobody confirmed.
#include <utility>

#include "agent/apply/apply.h"
#include "agent/apply/confirmation.h"
#include "agent/apply/session.h"

namespace pol::apply {
namespace {

using enforce::Fence;

// What leads from the generation in force back to the one at `index`, by
// fence: the journals of all changes since, joined.
absl::StatusOr<v1::Journal> WayBack(Host& host, const Session& session,
                                    int index) {
  const v1::State& state = session.state;
  v1::Journal way;
  for (int i = state.generations_size() - 1; i > index; --i) {
    POL_ASSIGN_OR_RETURN(v1::Journal step, session.folder.LoadJournal(
                                               state.generations(i).undo()));
    if (i == state.generations_size() - 1) {
      way = std::move(step);
      continue;
    }
    for (const std::unique_ptr<Fence>& fence : host.fences) {
      std::string name(fence->name());
      POL_ASSIGN_OR_RETURN(std::string joined,
                           fence->JoinJournals((*way.mutable_fences())[name],
                                               (*step.mutable_fences())[name]));
      (*way.mutable_fences())[name] = std::move(joined);
    }
  }
  return way;
}

absl::StatusOr<int> FindTarget(const v1::State& state,
                               std::optional<uint64_t> to) {
  int last = state.generations_size() - 1;
  if (last < 1) {
    return absl::FailedPreconditionError(
        "nothing was applied yet: there is nothing to roll back");
  }
  if (!to) return last - 1;
  for (int i = 0; i < last; ++i)
    if (state.generations(i).number() == *to) return i;
  if (InForce(state).number() == *to) {
    return absl::FailedPreconditionError(
        absl::StrCat("generation ", *to, " is the one in force"));
  }
  return absl::NotFoundError(absl::StrCat("generation ", *to,
                                          " is not kept; `polc generations` "
                                          "lists those that are"));
}

}  // namespace

absl::StatusOr<std::vector<v1::FenceReport>> ReturnTo(
    Host& host, Session* session, int index, const ChangeOptions& options) {
  const v1::State& state = session->state;
  const v1::Generation& from = InForce(state);
  const v1::Generation& source = state.generations(index);
  POL_ASSIGN_OR_RETURN(v1::Journal way, WayBack(host, *session, index));
  POL_ASSIGN_OR_RETURN(LoadedBundle former, session->folder.Load(source));
  // Its file is there already.
  former.file.clear();
  LoadedBundle none = NoPolicy();
  const bundle::v1::Bundle& active =
      session->active ? session->active->message : none.message;
  uint64_t number = session->NextNumber();
  POL_ASSIGN_OR_RETURN(
      Transaction transaction, PrepareAll(host, options, [&](Fence& fence) {
        return fence.PrepareReturn(
            active, former.message, number,
            (*way.mutable_fences())[std::string(fence.name())]);
      }));
  std::vector<v1::FenceReport> changes = transaction.Report();
  v1::Generation to = source;
  to.set_number(number);
  to.set_unix_ms(Now().unix_ms);
  to.set_how(v1::DIRECTION_ROLLBACK);
  to.set_source(source.number());
  to.set_uid(options.uid);
  to.set_undo(absl::StrCat(number, ".undo"));
  PreparedChange change{std::move(transaction), {}, &former, state};
  change.journal.set_number(number);
  change.journal.set_how(v1::DIRECTION_ROLLBACK);
  *change.journal.mutable_from() = from;
  *change.journal.mutable_to() = to;
  Push(to, &change.next);
  change.next.clear_confirmation();
  POL_RETURN_IF_ERROR(Execute(host, session, std::move(change), options));
  session->active.reset();
  if (HasPolicy(to)) session->active = std::move(former);
  return changes;
}

absl::StatusOr<v1::Outcome> Rollback(Host& host, std::optional<uint64_t> to,
                                     const ChangeOptions& options) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "rollback", options));
  // It has just happened.
  if (session.returned && !to) return MakeOutcome(session, true);
  absl::StatusOr<int> index = FindTarget(session.state, to);
  if (!index.ok()) return WithNotes(index.status(), session);
  absl::StatusOr<std::vector<v1::FenceReport>> changes =
      ReturnTo(host, &session, *index, options);
  if (!changes.ok()) return WithNotes(changes.status(), session);
  return MakeOutcome(session, true, *std::move(changes));
}

absl::StatusOr<v1::Outcome> Confirm(Host& host, const ChangeOptions& options) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "confirm", options));
  if (!session.state.has_confirmation()) {
    return WithNotes(
        absl::FailedPreconditionError("no generation waits to be confirmed"),
        session);
  }
  v1::State next = session.state;
  next.clear_confirmation();
  POL_RETURN_IF_ERROR(session.folder.Write(next));
  session.state = std::move(next);
  return MakeOutcome(session, true);
}

absl::StatusOr<v1::Outcome> ReturnIfUnconfirmed(Host& host,
                                                const ChangeOptions& options) {
  POL_ASSIGN_OR_RETURN(Session session, Begin(host, "return", options));
  return MakeOutcome(session, session.returned);
}

absl::StatusOr<std::optional<int64_t>> UnconfirmedForMs(
    const kernel::HostPaths& paths) {
  POL_ASSIGN_OR_RETURN(v1::State state, StateFolder(paths.state_dir).Read());
  if (!state.has_confirmation()) return std::nullopt;
  return std::optional<int64_t>(LeftMs(state.confirmation(), Now()));
}

}  // namespace pol::apply
