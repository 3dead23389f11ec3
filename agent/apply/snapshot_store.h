// The SELinux policy of a host that is somewhere else.
#ifndef POL_AGENT_APPLY_SNAPSHOT_STORE_H_
#define POL_AGENT_APPLY_SNAPSHOT_STORE_H_

#include <memory>
#include <string>

#include "agent/apply/snapshot.pb.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::apply {

// Local records and what runs come from `snapshot`, the policy's files from
// below `root`. Reads only.
std::unique_ptr<kernel::SelinuxStore> MakeSnapshotStore(
    const std::string& root, const v1::Snapshot& snapshot);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_SNAPSHOT_STORE_H_
