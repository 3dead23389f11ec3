// Changing a host: from the bundle in force to another one, all or nothing,
// and back to any of the last generations.
//
// Every fence first prepares what can fail; then a journal of what was there
// is written; then labels are switched, then capabilities, and the network's
// tables last; then the state names the new generation, which is the moment at
// which it is in force. An error undoes what was switched, in reverse. A
// process that ends on the way, however, is made good by the next one: what
// had not become the state is undone, what had is finished (recovery.h). Two
// changes never run at once. The same functions serve pold and a polc that
// finds no pold.
#ifndef POL_AGENT_APPLY_APPLY_H_
#define POL_AGENT_APPLY_APPLY_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/apply/host.h"
#include "agent/apply/report.pb.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// Told after everything is prepared and before anything is switched: from now
// on the kernel may report decisions of that generation.
using AboutToSwitch =
    std::function<void(uint64_t generation, const bundle::v1::Bundle& bundle)>;

// Asked under the lock, when everything is prepared and nothing is switched:
// what is in force, and what each fence would change. An error ends the apply,
// and the host is as it was.
using Approve = std::function<absl::Status(
    const v1::State& state, const std::vector<v1::FenceReport>& changes)>;

struct ChangeOptions {
  AboutToSwitch about_to_switch;  // may be empty
  Approve approve;                // of Apply(); may be empty
  uint32_t uid = 0;               // who asks for it
  std::string policy;             // what the bundle was made from, if known
  // Asked now and then (may be empty): whether to give up and undo. The change
  // is kCancelled then.
  std::function<bool()> cancelled;
  // Not 0: unless Confirm() comes within so many seconds, the generation
  // before returns.
  int64_t confirm_within_seconds = 0;
};

// Brings `target` into force. When it is already, only what has drifted is
// put right, and `changed` is false if nothing has. kPermissionDenied unless
// run by root; kFailedPrecondition while a generation waits to be confirmed.
absl::StatusOr<v1::Outcome> Apply(Host& host, const LoadedBundle& target,
                                  const ChangeOptions& options = {});

// Returns to a kept generation, the one before the present one unless `to` says
// which: its bundle, and the attribute bytes and records that were there when
// it was in force. 0 is what was before the first apply. The return is a
// generation of its own, which can be left again in the same way.
absl::StatusOr<v1::Outcome> Rollback(Host& host, std::optional<uint64_t> to,
                                     const ChangeOptions& options = {});

// Puts right what differs between the host and the bundle in force; does
// nothing when there is none.
absl::StatusOr<v1::Outcome> Repair(Host& host,
                                   const ChangeOptions& options = {});

// The generation in force stays. kFailedPrecondition when none waits for this,
// or when it comes too late.
absl::StatusOr<v1::Outcome> Confirm(Host& host,
                                    const ChangeOptions& options = {});

// Returns to the generation before when the present one was not confirmed in
// time; else `changed` is false. So does everything above, first of all.
absl::StatusOr<v1::Outcome> ReturnIfUnconfirmed(
    Host& host, const ChangeOptions& options = {});

// How long the generation in force may still wait to be confirmed; nullopt when
// it need not be.
absl::StatusOr<std::optional<int64_t>> UnconfirmedForMs(
    const kernel::HostPaths& paths);

// What is in force and what has drifted from it. Changes nothing.
absl::StatusOr<v1::HostStatus> ReadStatus(Host& host);

// The generations that Rollback() can return to, and the one in force.
absl::StatusOr<v1::GenerationList> ReadGenerations(
    const kernel::HostPaths& paths);

struct ActiveBundle {
  LoadedBundle bundle;
  uint64_t generation = 0;
};

// What is in force; nullopt when nothing is.
absl::StatusOr<std::optional<ActiveBundle>> ReadActive(
    const kernel::HostPaths& paths);

// Takes away everything that any apply put on the host, programs included,
// and forgets it. What fails is named, the rest is removed all the same.
absl::Status RemoveAll(Host& host);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_APPLY_H_
