// The network programs as a fence.
#ifndef POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_
#define POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_

#include <memory>

#include "agent/enforce/fence.h"
#include "agent/enforce/network/images.h"
#include "agent/kernel/host_paths.h"

namespace pol::enforce {

// Uses paths.bpffs_dir and paths.cgroup_root. A bundle that governs nobody and
// has no rule needs no programs and loads none.
std::unique_ptr<Fence> MakeNetworkFence(const kernel::HostPaths& paths,
                                        UidOf uid_of = ResolveUser);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_
