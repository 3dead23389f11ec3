// A host and the fences on it.
#ifndef POL_AGENT_APPLY_HOST_H_
#define POL_AGENT_APPLY_HOST_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/enforce/fence.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/host_paths.h"

namespace pol::apply {

struct Host {
  kernel::HostPaths paths;
  std::string version;  // of the pold that holds it; empty without one
  // What the fences reach the host through; they outlive the fences.
  std::unique_ptr<kernel::FileSystem> files;
  std::unique_ptr<kernel::SelinuxStore> selinux;
  // In the order in which they switch.
  std::vector<std::unique_ptr<enforce::Fence>> fences;
  // What is known of a host from a distance, by fence; the others are asked.
  std::map<std::string, enforce::Support> known_support;
};

// What stands between the fences and the files.
using WrapFiles = std::function<std::unique_ptr<kernel::FileSystem>(
    std::unique_ptr<kernel::FileSystem>)>;

// This machine. Touches nothing yet.
Host OpenHost(const kernel::HostPaths& paths, const WrapFiles& wrap = {});

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_HOST_H_
