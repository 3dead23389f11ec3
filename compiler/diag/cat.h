// absl::StrCat that also takes std::string_view, which this abseil's does not.
#ifndef POL_COMPILER_DIAG_CAT_H_
#define POL_COMPILER_DIAG_CAT_H_

#include <string>
#include <string_view>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::diag {

namespace internal {

template <typename T>
decltype(auto) Part(const T& part) {
  if constexpr (std::is_same_v<T, std::string_view>) {
    return support::ToAbsl(part);
  } else {
    return (part);
  }
}

}  // namespace internal

template <typename... Parts>
std::string Cat(const Parts&... parts) {
  return absl::StrCat(internal::Part(parts)...);
}

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_CAT_H_
