// Network namespaces, named by the inode number that events carry.
#ifndef POL_AGENT_KERNEL_NETWORK_NETNS_H_
#define POL_AGENT_KERNEL_NETWORK_NETNS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "agent/kernel/network/fd.h"
#include "compiler/support/status.h"

namespace pol::kernel {

struct Netns {
  uint32_t inum = 0;
  std::string path;  // of a file that names it, below /proc or a mount
};

// The namespace this process is in.
absl::StatusOr<Netns> CurrentNetns();

// All that a process is in, or that a mount or a descriptor holds, each once.
std::vector<Netns> ListNetns();

// The one with `inum`; `pid` is asked first when it is not 0. kNotFound when it
// is gone.
absl::StatusOr<Fd> OpenNetns(uint32_t inum, uint32_t pid = 0);

// Runs `work` inside the namespace, on a thread of its own: the caller's does
// not move.
absl::Status RunInNetns(int netns_fd, absl::FunctionRef<absl::Status()> work);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_NETNS_H_
