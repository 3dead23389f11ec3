// Which mount a path lies on, and what an overlay is made of.
#ifndef POL_AGENT_DOCTOR_MOUNTS_H_
#define POL_AGENT_DOCTOR_MOUNTS_H_

#include <string>
#include <vector>

#include "agent/kernel/mountinfo.h"

namespace pol::doctor {

using kernel::Mount;
using kernel::ParseMounts;

// The one that `path`, absolute and normal, lies on; null when there is none.
const Mount* MountOf(const std::vector<Mount>& mounts, const std::string& path);

// The folders that an overlay is made of, without the upper one; empty for
// other file systems.
std::vector<std::string> LowerFolders(const Mount& mount);

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_MOUNTS_H_
