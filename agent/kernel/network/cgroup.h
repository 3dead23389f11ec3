// The cgroup below which connections are judged.
//
// cgroup2 is looked for in mountinfo, because it is not always at
// /sys/fs/cgroup: hybrid hierarchies have it at /sys/fs/cgroup/unified.
#ifndef POL_AGENT_KERNEL_NETWORK_CGROUP_H_
#define POL_AGENT_KERNEL_NETWORK_CGROUP_H_

#include <cstdint>
#include <string>

#include "agent/kernel/fd.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// Where cgroup2 is mounted. kFailedPrecondition when it is not.
absl::StatusOr<std::string> FindCgroup2();

class Cgroup {
 public:
  // Opens the cgroup whose folder is `path`; empty: the root of the cgroup2
  // mount.
  static absl::StatusOr<Cgroup> Open(std::string path);

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  uint64_t id() const {
    return id_;
  }  // what bpf_get_current_cgroup_id() says of it

 private:
  Cgroup(std::string path, Fd fd, uint64_t id)
      : path_(std::move(path)), fd_(std::move(fd)), id_(id) {}

  std::string path_;
  Fd fd_;
  uint64_t id_;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_CGROUP_H_
