// Permissive domains in a store of libsemanage, as semanage-permissive(8)
// keeps them: a module `permissive_TYPE` in CIL, of priority 400.
#ifndef POL_AGENT_KERNEL_FILES_SEMANAGE_PERMISSIVE_H_
#define POL_AGENT_KERNEL_FILES_SEMANAGE_PERMISSIVE_H_

#include <vector>

#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/files/semanage_connection.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// By type. Modules that are disabled or of another priority are none of them.
absl::StatusOr<std::vector<PermissiveEntry>> ListPermissive(
    const SemanageConnection& connection);

absl::Status WritePermissive(const SemanageConnection& connection,
                             const std::vector<PermissiveEntry>& have,
                             const std::vector<PermissiveEntry>& wanted);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_SEMANAGE_PERMISSIVE_H_
