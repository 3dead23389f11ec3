// The fence of file capabilities: `security.capability` of the files a policy
// names (capabilities(7)).
//
// Sets are compared as sets, whatever their bytes: revision 3 with root id 0
// is revision 2. No set and the empty set differ. Capabilities stand on
// regular files only; anything else, and a file that is not there, is an
// error that names the line of the policy. A file that leaves the policy
// loses its set if it is still ours.
#ifndef POL_AGENT_ENFORCE_FILECAPS_FILECAPS_FENCE_H_
#define POL_AGENT_ENFORCE_FILECAPS_FILECAPS_FENCE_H_

#include <memory>
#include <string>

#include "agent/enforce/fence.h"
#include "agent/kernel/files/file_system.h"

namespace pol::enforce {

// `files` outlives the fence and its steps; `unit_root` goes before the folders
// of unit files.
std::unique_ptr<Fence> MakeFilecapsFence(kernel::FileSystem& files,
                                         const std::string& unit_root = "");

// What /proc/cmdline says of file capabilities.
Support SupportUnder(const std::string& kernel_command_line);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_FILECAPS_FILECAPS_FENCE_H_
