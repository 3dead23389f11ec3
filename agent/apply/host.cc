#include "agent/apply/host.h"

#include <utility>

#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/network/network_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"

namespace pol::apply {

Host OpenHost(const kernel::HostPaths& paths, const WrapFiles& wrap) {
  Host host;
  host.paths = paths;
  host.files = kernel::MakeFileSystem();
  if (wrap) host.files = wrap(std::move(host.files));
  host.selinux = kernel::MakeSelinuxStore(paths.selinux_root);
  host.fences.push_back(enforce::MakeSelinuxFence(*host.files, *host.selinux));
  host.fences.push_back(enforce::MakeFilecapsFence(*host.files));
  host.fences.push_back(enforce::MakeNetworkFence(paths));
  return host;
}

}  // namespace pol::apply
