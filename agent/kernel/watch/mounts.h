// The mounts that this process sees, and which of them hold a policy's files.
#ifndef POL_AGENT_KERNEL_WATCH_MOUNTS_H_
#define POL_AGENT_KERNEL_WATCH_MOUNTS_H_

#include <set>
#include <string>
#include <vector>

#include "agent/kernel/watch/file_watch.h"

namespace pol::kernel {

struct Mount {
  std::string device;  // "8:1"
  std::string root;    // what of the file system is mounted
  std::string point;   // where
  std::string type;    // "ext4"
};

// In the order of mounting, from the text of /proc/PID/mountinfo
// (proc_pid_mountinfo(5)); lines that are none are passed over.
std::vector<Mount> ParseMounts(const std::string& text);

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
