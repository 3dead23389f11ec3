// Which files a command that takes files and folders is about.
#ifndef POL_COMPILER_POLC_POLICY_FILES_H_
#define POL_COMPILER_POLC_POLICY_FILES_H_

#include <string>
#include <vector>

#include "compiler/support/status.h"

namespace pol::polc {

// A file is itself, whatever its name. A folder is the `.pol` files in it and,
// if `recursive`, below it; what is hidden (`.git`) and folders that are links
// are left out. Sorted; named as `path` is.
absl::StatusOr<std::vector<std::string>> PolicyFiles(const std::string& path,
                                                     bool recursive);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_POLICY_FILES_H_
