// Where on this host the agent finds and keeps things. The defaults are those
// of an installed pold; tests and the demo point them into folders of their
// own.
#ifndef POL_AGENT_KERNEL_HOST_PATHS_H_
#define POL_AGENT_KERNEL_HOST_PATHS_H_

#include <string>

namespace pol::kernel {

struct HostPaths {
  std::string state_dir =
      "/var/lib/pol";  // bundles of the generations, what we own
  std::string run_dir =
      "/run/pol";  // control socket "pold.sock", lock "apply.lock"
  std::string bpffs_dir = "/sys/fs/bpf/pol";  // pinned programs, links and maps
  // The cgroup below which connections are judged; empty: the root of the
  // cgroup2 mount.
  std::string cgroup_root;
  std::string machine_id_file = "/etc/machine-id";
  std::string selinux_root;  // libsemanage's root; empty: "/"
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_HOST_PATHS_H_
