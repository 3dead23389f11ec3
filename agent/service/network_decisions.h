// The decisions of the network programs, and what is owed to those refused.
#ifndef POL_AGENT_SERVICE_NETWORK_DECISIONS_H_
#define POL_AGENT_SERVICE_NETWORK_DECISIONS_H_

#include <memory>

#include "agent/kernel/host_paths.h"
#include "agent/service/decision_source.h"

namespace pol::service {

// Reads the ring buffer of the programs pinned below paths.bpffs_dir, and
// resets refused connections. One reader at a time.
std::unique_ptr<DecisionSource> MakeNetworkDecisions(
    const kernel::HostPaths& paths);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_NETWORK_DECISIONS_H_
