// A golden case: a policy file that says what is wrong with it.
//
//   # print: diagnostics, model            stages that `.expect` beside it
//   holds policy "a" {                  # error[P2006]
//
// `# error[P2006]` (or `# warning[…]`) announces a diagnostic on its own line,
// `# error[P2006] at 7` on line 7. What is not announced must not come, and
// what is announced must.
#ifndef POL_TESTS_GOLDEN_CASE_H_
#define POL_TESTS_GOLDEN_CASE_H_

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "absl/types/span.h"
#include "compiler/diag/diagnostic.h"
#include "compiler/support/source.h"

namespace pol::golden {

// Line, "error" or "warning", code.
using Announcement = std::tuple<uint32_t, std::string, std::string>;

struct Case {
  std::string name;  // below the folder of all cases
  std::string path;
  std::string expect_path;  // of the printed stages
  std::string text;
  size_t lines = 0;
  std::vector<Announcement> announced;  // sorted
  std::vector<std::string> stages;      // asked for in the first line
};

// All cases below a folder, by name.
std::vector<Case> ReadCases(const std::string& folder);

// What did come, in the form in which it is announced; sorted.
std::vector<Announcement> Announcements(
    absl::Span<const diag::Diagnostic> diagnostics,
    const support::SourceSet& sources);

}  // namespace pol::golden

#endif  // POL_TESTS_GOLDEN_CASE_H_
