// What the programs need of the running kernel, asked for piece by piece, so
// that a host on which they do not load can be told why.
#ifndef POL_AGENT_KERNEL_NETWORK_FEATURES_H_
#define POL_AGENT_KERNEL_NETWORK_FEATURES_H_

#include <string>
#include <vector>

#include "compiler/support/status.h"

namespace pol::kernel {

struct Feature {
  std::string kind;  // "program type", "map type" or "helper"
  std::string name;  // as libbpf has it: "cgroup_skb", "ringbuf"; "bpf_loop"
  bool available = false;
};

// Every type of program (but iterators) and of map in the embedded programs,
// and the youngest helpers that they call, each tried alone. Nothing is
// attached or pinned. kPermissionDenied, with what is missing, when this
// process may not ask.
absl::StatusOr<std::vector<Feature>> ProbeFeatures();

// Takes the programs through the verifier, as an apply would, and lets them go
// again. An error carries the end of what the verifier said.
absl::Status TryPrograms();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_FEATURES_H_
