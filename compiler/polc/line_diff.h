// What changed between two layouts of one text.
#ifndef POL_COMPILER_POLC_LINE_DIFF_H_
#define POL_COMPILER_POLC_LINE_DIFF_H_

#include <string>
#include <string_view>

namespace pol::polc {

// A unified diff with three lines of context, empty when the texts are equal.
// Line n of one text is taken for line n of the other, as it is when a text and
// its formatted self are compared: the formatter adds and removes no line ends.
// `name` stands in both headers, so that `patch -p0` finds the file.
std::string LineDiff(std::string_view name, std::string_view before,
                     std::string_view after);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_LINE_DIFF_H_
