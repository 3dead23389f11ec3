// Between std::string_view, which our interfaces speak, and the
// absl::string_view of a libabsl that was built for C++14 and keeps a type of
// its own.
#ifndef POL_COMPILER_SUPPORT_VIEW_H_
#define POL_COMPILER_SUPPORT_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace pol::support {

inline absl::string_view ToAbsl(std::string_view text) {
  return {text.data(), text.size()};
}

inline std::string_view ToStd(absl::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace pol::support

#endif  // POL_COMPILER_SUPPORT_VIEW_H_
