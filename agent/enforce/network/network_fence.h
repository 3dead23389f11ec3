// The network programs as a fence.
#ifndef POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_
#define POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_

#include <array>
#include <cstdint>
#include <memory>

#include "agent/enforce/fence.h"
#include "agent/enforce/network/images.h"
#include "agent/kernel/host_paths.h"

namespace pol::enforce {

// What the network programs of a host hold.
struct HeldNetwork {
  bool attached = false;
  bool in_force = false;
  bool seeding = false;  // connections from before are not all taken in
  uint64_t generation = 0;
  std::array<uint8_t, 32> digest = {};  // of the tables in force
};

absl::StatusOr<HeldNetwork> ReadHeld(const kernel::HostPaths& paths);

// Plans against a host whose programs cannot be reached from here: every verb
// that changes something is kFailedPrecondition.
std::unique_ptr<Fence> MakeRecordedNetworkFence(HeldNetwork held, UidOf uid_of);

// Uses paths.bpffs_dir and paths.cgroup_root. A bundle that governs nobody and
// has no rule needs no programs and loads none.
std::unique_ptr<Fence> MakeNetworkFence(const kernel::HostPaths& paths,
                                        UidOf uid_of = ResolveUser);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_NETWORK_FENCE_H_
