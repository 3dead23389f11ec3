// FileSystem::Scan() of the kernel's file systems.
//
// Folders are the work that threads take. Of what is in one, the kind comes
// with the name (getdents64(2)), and an attribute is read by the name alone,
// in the thread's own working directory: one system call, no walk of a path,
// no link followed. (getxattrat(2) costs the same where there is one; a path
// below /proc/self/fd costs four times as much.)
#ifndef POL_AGENT_KERNEL_FILES_TREE_SCAN_H_
#define POL_AGENT_KERNEL_FILES_TREE_SCAN_H_

#include <functional>
#include <string>
#include <vector>

#include "agent/kernel/files/file_system.h"
#include "compiler/support/status.h"

namespace pol::kernel {

absl::Status ScanTrees(const std::vector<std::string>& prefixes,
                       const std::function<FileSystem::ScanVisitor()>& visitor,
                       const FileSystem::ProgressCallback& progress);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_TREE_SCAN_H_
