// The fence of SELinux: local file-context records and the labels of the files
// they speak for (file_contexts(5), selinux(8)); booleans, kept over reboots
// and set in the running kernel; labels of ports; permissive domains;
// equivalences (file_contexts.subs).
//
// `fcontext` rules become records in the store of libsemanage, all of one
// apply in one transaction; exactly the files whose answer changes are
// relabelled (label_plan.h). A `file` becomes a literal record and is
// labelled at once. Records of others are never touched, unless one has the
// very key of ours: then plan shows it and a rollback brings it back.
//
// Without a policy store on the host the labels of `file` blocks are still
// written where the file system takes them; `fcontext` and `selinux` are not
// enforced, and Probe() says so.
#ifndef POL_AGENT_ENFORCE_SELINUX_SELINUX_FENCE_H_
#define POL_AGENT_ENFORCE_SELINUX_SELINUX_FENCE_H_

#include <memory>

#include "agent/enforce/fence.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// `files` and `store` outlive the fence and its steps.
std::unique_ptr<Fence> MakeSelinuxFence(kernel::FileSystem& files,
                                        kernel::SelinuxStore& store);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_SELINUX_FENCE_H_
