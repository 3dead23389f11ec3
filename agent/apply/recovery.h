// What has to be done before anything else, because a change was cut off: by
// SIGKILL, by a power failure, by us.
//
// A change that had not become the state is undone, one that had is finished.
// Recovery may itself be cut off at any point and run again.
#ifndef POL_AGENT_APPLY_RECOVERY_H_
#define POL_AGENT_APPLY_RECOVERY_H_

#include <string>
#include <vector>

#include "agent/apply/host.h"
#include "agent/apply/state_folder.h"
#include "compiler/support/status.h"

namespace pol::apply {

// Under the lock. `state` is what the folder says, and becomes what holds
// after it. `notes` gets a sentence for all that was done. kDataLoss names a
// journal that cannot be believed; the change stays pending then, and when
// something could not be undone.
absl::Status Recover(Host& host, const StateFolder& folder, v1::State* state,
                     std::vector<std::string>* notes);

// Removes what the folder and the fences no longer need with `state` in force.
absl::Status Tidy(Host& host, const StateFolder& folder, const v1::State& state,
                  std::vector<std::string>* notes);

// "an apply of generation 7", "a rollback to generation 4"
std::string Name(const v1::Journal& journal);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_RECOVERY_H_
