// The files of a policy below etc/selinux, read as libselinux reads them.
#ifndef POL_AGENT_KERNEL_FILES_POLICY_FILES_H_
#define POL_AGENT_KERNEL_FILES_POLICY_FILES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/kernel/files/selinux_store.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// The value of SELINUXTYPE in the text of etc/selinux/config; "targeted", as
// libselinux has it, when it is not set.
std::string PolicyName(const std::string& config);

// Equivalences of one file: {"/var/run", "/run"} makes the first look like the
// second. Lines that are none are passed over, as libselinux does.
using Equivalences = std::vector<std::pair<std::string, std::string>>;
Equivalences ParseEquivalences(const std::string& text);

// `path` after at most one of the equivalences; the last line that fits wins.
std::string Substitute(const Equivalences& equivalences,
                       const std::string& path);

// Every path beginning that Substitute() may turn into one that begins with
// `prefix`, sorted.
std::vector<std::string> Unsubstitute(const Equivalences& equivalences,
                                      const std::string& prefix);

// Whether libselinux reads the compiled file contexts at `path` ("….bin") to
// their end. An empty file would be taken for contexts that say nothing, and
// one that sefcontext_compile(8) could not write to the end it leaves as it is.
absl::Status CheckCompiled(const std::string& path);

// Opens the file contexts at `file_contexts`, with `local` in place of the
// file beside it. The answers are those of the libselinux that is installed.
absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenAnswers(
    const std::string& file_contexts, const std::vector<FcontextEntry>& local);

// The same, with libselinux asked about every path.
absl::StatusOr<std::unique_ptr<LabelAnswers>> OpenSlowAnswers(
    const std::string& file_contexts, const std::vector<FcontextEntry>& local);

// SelinuxStore::CheckContexts against the newest compiled policy in `folder`.
absl::StatusOr<std::vector<std::string>> CheckContextsAgainst(
    const std::string& folder, const std::vector<std::string>& contexts);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_POLICY_FILES_H_
