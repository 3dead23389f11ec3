// What every change of the host has in common.
#ifndef POL_AGENT_APPLY_SESSION_H_
#define POL_AGENT_APPLY_SESSION_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "agent/apply/apply.h"
#include "agent/apply/apply_lock.h"
#include "agent/apply/state_folder.h"
#include "agent/apply/transaction.h"

namespace pol::apply {

// The lock, the state and the bundle in force.
struct Session {
  ApplyLock lock;
  StateFolder folder;
  v1::State state;
  std::optional<LoadedBundle> active;
  std::vector<std::string> notes;  // what was done besides
  bool returned = false;           // what was in force was not confirmed

  const bundle::v1::Bundle* active_message() const {
    return active ? &active->message : nullptr;
  }
  uint64_t NextNumber() const { return state.attempted() + 1; }
};

// Takes the lock, makes good what was cut off and returns from what was not
// confirmed in time. `what` is who asks: "apply".
absl::StatusOr<Session> Begin(Host& host, const std::string& what,
                              const ChangeOptions& options);

using PrepareOne = std::function<absl::StatusOr<std::unique_ptr<enforce::Step>>(
    enforce::Fence&)>;

absl::StatusOr<Transaction> PrepareAll(Host& host, const ChangeOptions& options,
                                       const PrepareOne& prepare);

// A change that is prepared.
struct PreparedChange {
  Transaction transaction;
  v1::Journal journal;  // all but `fences`
  // Of journal.to(); its file is written when it is not empty.
  const LoadedBundle* bundle;
  v1::State next;
};

// Journal, switch, state: the change is in force, or an error says why not and
// the host is as it was. `session` has the new state then.
absl::Status Execute(Host& host, Session* session, PreparedChange change,
                     const ChangeOptions& options);

// `next` as the generation in force; the oldest go.
void Push(const v1::Generation& next, v1::State* state);

// Puts the generation at `index` of the state in force again, and says what
// that changed.
absl::StatusOr<std::vector<v1::FenceReport>> ReturnTo(
    Host& host, Session* session, int index, const ChangeOptions& options);

v1::Outcome MakeOutcome(const Session& session, bool changed,
                        std::vector<v1::FenceReport> changes = {});

// `status`, with the notes behind its message: they would be lost otherwise.
absl::Status WithNotes(const absl::Status& status, const Session& session);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_SESSION_H_
