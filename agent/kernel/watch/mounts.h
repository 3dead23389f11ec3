// Which mounts hold a policy's files.
#ifndef POL_AGENT_KERNEL_WATCH_MOUNTS_H_
#define POL_AGENT_KERNEL_WATCH_MOUNTS_H_

#include <vector>

#include "agent/kernel/mountinfo.h"
#include "agent/kernel/watch/file_watch.h"

namespace pol::kernel {

// A mount that holds something of interest.
struct ConcernedMount {
  Mount mount;
  bool writes = false;  // something on it for which writing matters
};

// One for each mount that is not hidden by a later one; kernel file systems
// (proc, sysfs …), which hold no files of a policy, are left out.
std::vector<ConcernedMount> ConcernedMounts(const std::vector<Mount>& mounts,
                                            const Interest& interest);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_MOUNTS_H_
