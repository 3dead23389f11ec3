// Changing a host: from the bundle in force to another one, all or nothing,
// and one generation back.
//
// Every fence first prepares what can fail; then labels are switched, then
// capabilities, and the network's tables last. An error undoes what was
// switched, in reverse. Two changes never run at once. The same functions
// serve pold and a polc that finds no pold.
#ifndef POL_AGENT_APPLY_APPLY_H_
#define POL_AGENT_APPLY_APPLY_H_

#include <functional>
#include <optional>

#include "agent/apply/host.h"
#include "agent/apply/report.pb.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// Told after everything is prepared and before anything is switched: from now
// on the kernel may report decisions of that generation.
using AboutToSwitch =
    std::function<void(uint64_t generation, const bundle::v1::Bundle& bundle)>;

// Brings `target` into force. When it is already, only what has drifted is
// put right, and `changed` is false if nothing has. kPermissionDenied unless
// run by root.
absl::StatusOr<v1::Outcome> Apply(Host& host, const LoadedBundle& target,
                                  const AboutToSwitch& about_to_switch = {});

// Returns to what was before the last apply: its bundle, and the attribute
// bytes and records that were there. Before the first apply there was no
// policy, and a rollback of it leaves none. One generation is kept: a
// rollback cannot be followed by another, and says so.
absl::StatusOr<v1::Outcome> Rollback(Host& host,
                                     const AboutToSwitch& about_to_switch = {});

// Puts right what differs between the host and the bundle in force; does
// nothing when there is none.
absl::StatusOr<v1::Outcome> Repair(Host& host,
                                   const AboutToSwitch& about_to_switch = {});

// What is in force and what has drifted from it. Changes nothing.
absl::StatusOr<v1::HostStatus> ReadStatus(Host& host);

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
