// One file through the compiler, and how each stage of it is printed.
#ifndef POL_TESTS_GOLDEN_STAGES_H_
#define POL_TESTS_GOLDEN_STAGES_H_

#include <string>
#include <string_view>

#include "compiler/driver/compile.h"
#include "compiler/support/status.h"

namespace pol::golden {

// The text of one file, on the first day of 2026; with notes when it begins
// with `# notes`, compared with the SELinux policy of tests/target when a line
// says `# target`. POL_CHECKs that the world does not interfere.
driver::Compilation Compile(std::string name, std::string text);

// What a case asks for in its first line: "diagnostics", "json", or a stage of
// driver::StageNames().
absl::StatusOr<std::string> Print(const driver::Compilation& compilation,
                                  std::string_view stage);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_STAGES_H_
