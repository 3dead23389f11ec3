// Undoing a change of labels and records that was cut off.
#ifndef POL_AGENT_ENFORCE_SELINUX_UNDO_STEP_H_
#define POL_AGENT_ENFORCE_SELINUX_UNDO_STEP_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/enforce/fence.h"
#include "agent/enforce/xattrs/undo.pb.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// As Fence::PrepareUndo(). The installed policy is put in place anew whatever
// the store says: libsemanage may have been cut off in the middle of that.
absl::StatusOr<std::unique_ptr<Step>> MakeUndoStep(
    kernel::FileSystem& files, kernel::SelinuxStore& store,
    const v1::Undo& undo, std::vector<std::string>* left);

// As Fence::JoinJournals().
v1::Undo JoinSelinuxUndos(const v1::Undo& newer, const v1::Undo& older);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_UNDO_STEP_H_
