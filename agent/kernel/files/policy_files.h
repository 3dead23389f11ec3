// The files of a policy below etc/selinux, read as libselinux reads them.
#ifndef POL_AGENT_KERNEL_FILES_POLICY_FILES_H_
#define POL_AGENT_KERNEL_FILES_POLICY_FILES_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/kernel/files/selinux_store.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// The value of SELINUXTYPE in the text of etc/selinux/config; "targeted", as
// libselinux has it, when it is not set.
std::string PolicyName(const std::string& config);

// Whether libselinux reads the compiled file contexts at `path` ("….bin") to
// their end. An empty file would be taken for contexts that say nothing, and
// one that sefcontext_compile(8) could not write to the end it leaves as it is.
absl::Status CheckCompiled(const std::string& path);

// Opens the file contexts at `file_contexts`, with the file contexts and
// equivalences of `local` in place of the files beside it. The answers are
// those of the libselinux that is installed.
absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenAnswers(
    const std::string& file_contexts, const LocalRecords& local);

// The same, with libselinux asked about every path.
absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenSlowAnswers(
    const std::string& file_contexts, const LocalRecords& local);

// SelinuxStore::CheckContexts against the newest compiled policy in `folder`.
absl::StatusOr<std::vector<std::string>> CheckContextsAgainst(
    const std::string& folder, const std::vector<std::string>& contexts);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_POLICY_FILES_H_
