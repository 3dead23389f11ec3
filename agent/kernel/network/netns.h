// Network namespaces, named by the inode number that events carry.
#ifndef POL_AGENT_KERNEL_NETWORK_NETNS_H_
#define POL_AGENT_KERNEL_NETWORK_NETNS_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "agent/kernel/fd.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// The inode number of the namespace this thread is in.
absl::StatusOr<uint32_t> CurrentNetns();

// Calls `visit` once for each namespace that a process is in or that a mount or
// a descriptor holds, with its inode number and an open descriptor of it; stops
// at the first error. What comes or goes meanwhile may be missed.
absl::Status ForEachNetns(
    absl::FunctionRef<absl::Status(uint32_t inum, int netns_fd)> visit);

// The one with `inum`; `pid` is asked first when it is not 0. kNotFound when it
// is gone.
absl::StatusOr<Fd> OpenNetns(uint32_t inum, uint32_t pid = 0);

// Runs `work` inside the namespace, on a thread of its own: the caller's does
// not move.
absl::Status RunInNetns(int netns_fd, absl::FunctionRef<absl::Status()> work);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_NETNS_H_
