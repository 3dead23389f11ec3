// Which label and which capabilities a policy gives to one file, and by which
// line.
#ifndef POL_COMPILER_DRIVER_EXPLAIN_PATH_H_
#define POL_COMPILER_DRIVER_EXPLAIN_PATH_H_

#include <string>

#include "compiler/driver/compile.h"
#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::driver {

// Some lines of text. `path` is absolute. kNotFound when the policy says
// nothing about the file, with another code when it is unknown which rule wins.
absl::StatusOr<std::string> ExplainPath(const Compilation::Result& result,
                                        const std::string& path,
                                        values::FileKind kind);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_EXPLAIN_PATH_H_
