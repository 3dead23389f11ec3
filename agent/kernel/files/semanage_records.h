// The local records of a store of libsemanage, read and written over one
// connection.
#ifndef POL_AGENT_KERNEL_FILES_SEMANAGE_RECORDS_H_
#define POL_AGENT_KERNEL_FILES_SEMANAGE_RECORDS_H_

#include <vector>

#include "agent/kernel/files/selinux_store.h"
#include "agent/kernel/files/semanage_connection.h"
#include "compiler/support/status.h"

namespace pol::kernel {

absl::StatusOr<LocalRecords> ListRecords(const SemanageConnection& connection);

// Turns the local records from `have` into `wanted` within the transaction
// that `connection` is in. After an error it is not to be committed.
absl::Status WriteRecords(const SemanageConnection& connection,
                          const LocalRecords& have, const LocalRecords& wanted);

// The booleans of the policy by name, each with the value it is loaded with.
absl::StatusOr<std::vector<BooleanEntry>> ListPolicyBooleans(
    const SemanageConnection& connection);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_SEMANAGE_RECORDS_H_
