// The folders of a policy store as libsemanage leaves them, and what to do
// when one of its transactions was cut off.
//
// A commit builds the new store in STORE/tmp and what it installs in FINAL,
// renames STORE/active to STORE/previous and STORE/tmp to STORE/active, copies
// FINAL over the files in INSTALLED one by one, removes STORE/previous and,
// last of all, FINAL. So STORE/tmp or FINAL without anybody who holds the lock
// is the proof that a transaction was cut off; a store without STORE/active
// was cut off between the renames, before the commit.
#ifndef POL_AGENT_KERNEL_FILES_STORE_REPAIR_H_
#define POL_AGENT_KERNEL_FILES_STORE_REPAIR_H_

#include <string>

#include "compiler/support/status.h"

namespace pol::kernel {

struct StoreFolders {
  std::string store;      // /var/lib/selinux/NAME
  std::string final;      // /var/lib/selinux/final/NAME
  std::string installed;  // /etc/selinux/NAME
};

// Whether a transaction was cut off, or is under way.
bool LooksCutOff(const StoreFolders& folders);

// Makes the store one that libsemanage can work on: moves STORE/previous back
// when STORE/active is missing. The rest is for the next commit, which removes
// what is left over and installs everything; until then it stays, as the proof
// that a commit is needed. Returns what will have been done then, "" when
// nothing was cut off. kUnavailable when somebody works on the store;
// kFailedPrecondition when there is nothing to move back.
absl::StatusOr<std::string> MakeUsable(const StoreFolders& folders);

// Gives back a lock on the store that libsemanage has left with this process: a
// transaction that fails to begin keeps it for good, so that no other could. To
// be called when no transaction of this process is under way.
void DropForgottenLock(const StoreFolders& folders);

// Whether the files that the store was installed to are those of the store,
// and whole; kDataLoss names the first that is not.
absl::Status CompareInstalled(const StoreFolders& folders);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_STORE_REPAIR_H_
