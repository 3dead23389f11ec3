#include "agent/apply/recovery.h"

#include <optional>
#include <utility>

#include "absl/strings/str_join.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;

constexpr size_t kMaxLeft = 20;  // names of what was left alone

// Undoes one fence's part of a change that was cut off.
absl::Status UndoFence(enforce::Fence& fence, const Bundle* from,
                       const Bundle& to, const v1::Journal& journal,
                       std::vector<std::string>* left) {
  std::string name(fence.name());
  auto kept = journal.fences().find(name);
  std::string bytes = kept == journal.fences().end() ? "" : kept->second;
  absl::StatusOr<std::unique_ptr<enforce::Step>> step =
      fence.PrepareUndo(from, to, journal.from().number(), bytes, left);
  absl::Status done = step.ok() ? (*step)->Switch() : step.status();
  return support::Annotate(done, name);
}

absl::Status UndoAll(Host& host, const StateFolder& folder,
                     const v1::Journal& journal,
                     std::vector<std::string>* left) {
  POL_ASSIGN_OR_RETURN(LoadedBundle from, folder.Load(journal.from()));
  POL_ASSIGN_OR_RETURN(LoadedBundle to, folder.Load(journal.to()));
  const Bundle* former = HasPolicy(journal.from()) ? &from.message : nullptr;
  absl::Status first;
  for (auto fence = host.fences.rbegin(); fence != host.fences.rend(); ++fence)
    first.Update(UndoFence(**fence, former, to.message, journal, left));
  return first;
}

std::string BackAt(const v1::Generation& generation) {
  if (!HasPolicy(generation)) return "the host is back at no policy";
  return absl::StrCat("the host is back at generation ", generation.number());
}

std::string LeftNote(std::vector<std::string> left) {
  size_t more = left.size() > kMaxLeft ? left.size() - kMaxLeft : 0;
  left.resize(left.size() - more);
  return absl::StrCat(
      "left as it is, because somebody else has changed it since: ",
      absl::StrJoin(left, ", "),
      more == 0 ? "" : absl::StrCat(" and ", more, " others"));
}

// The way back is lost, and an administrator has taken the journal away.
absl::Status GiveUp(const StateFolder& folder, v1::State* state,
                    std::vector<std::string>* notes) {
  notes->push_back(absl::StrCat(
      "change ", state->pending().number(),
      " was interrupted and its journal is gone: what was there before cannot "
      "be given back; polc status shows what differs"));
  state->clear_pending();
  return folder.Write(*state);
}

absl::Status UndoPending(Host& host, const StateFolder& folder,
                         v1::State* state, std::vector<std::string>* notes) {
  absl::StatusOr<v1::Journal> journal = folder.LoadPending(state->pending());
  if (absl::IsNotFound(journal.status())) return GiveUp(folder, state, notes);
  if (!journal.ok()) {
    return absl::Status(
        journal.status().code(),
        absl::StrCat(journal.status().message(), "; it belongs to change ",
                     state->pending().number(),
                     ", which was interrupted, so that nothing is changed "
                     "until it is repaired, or moved away to do without it"));
  }
  std::string what = Name(*journal);
  std::vector<std::string> left;
  absl::Status undone = UndoAll(host, folder, *journal, &left);
  if (!undone.ok()) {
    return absl::Status(undone.code(),
                        absl::StrCat(what,
                                     " was interrupted and cannot be "
                                     "undone, the next command tries "
                                     "again: ",
                                     undone.message()));
  }
  state->clear_pending();
  POL_RETURN_IF_ERROR(folder.Write(*state));
  notes->push_back(
      absl::StrCat(what, " was interrupted; ", BackAt(journal->from())));
  if (!left.empty()) notes->push_back(LeftNote(std::move(left)));
  return absl::OkStatus();
}

}  // namespace

std::string Name(const v1::Journal& journal) {
  switch (journal.how()) {
    case v1::DIRECTION_ROLLBACK:
      return HasPolicy(journal.to()) ? absl::StrCat("a rollback to generation ",
                                                    journal.to().source())
                                     : "a rollback to no policy";
    case v1::DIRECTION_REPAIR:
      return absl::StrCat("a repair of generation ", journal.to().number());
    default:
      return absl::StrCat("an apply of generation ", journal.to().number());
  }
}

absl::Status Recover(Host& host, const StateFolder& folder, v1::State* state,
                     std::vector<std::string>* notes) {
  // What the fences work with has to work before they undo anything.
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    if (!state->has_pending()) break;
    absl::Status tidied =
        fence->Tidy(nullptr, enforce::Tidying::kMachinery, notes);
    if (!tidied.ok())
      return support::Annotate(tidied, std::string(fence->name()));
  }
  if (state->has_pending())
    POL_RETURN_IF_ERROR(UndoPending(host, folder, state, notes));
  return Tidy(host, folder, *state, notes);
}

absl::Status Tidy(Host& host, const StateFolder& folder, const v1::State& state,
                  std::vector<std::string>* notes) {
  POL_RETURN_IF_ERROR(folder.RemoveOthers(state));
  POL_ASSIGN_OR_RETURN(std::optional<LoadedBundle> active,
                       folder.LoadActive(state));
  // A folder in which nothing was ever applied does not speak for the host.
  enforce::Tidying tidying = state.attempted() == 0
                                 ? enforce::Tidying::kUnfinished
                                 : enforce::Tidying::kForeign;
  for (const std::unique_ptr<enforce::Fence>& fence : host.fences) {
    absl::Status tidied =
        fence->Tidy(active ? &active->message : nullptr, tidying, notes);
    if (!tidied.ok())
      return support::Annotate(tidied, std::string(fence->name()));
  }
  return absl::OkStatus();
}

}  // namespace pol::apply
