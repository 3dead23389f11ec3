// The world's errors: absl::Status, with the context that each layer adds.
#ifndef POL_COMPILER_SUPPORT_STATUS_H_
#define POL_COMPILER_SUPPORT_STATUS_H_

#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::support {

// `status` with "context: " before its message; an OK status stays OK.
inline absl::Status Annotate(const absl::Status& status,
                             std::string_view context) {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(ToAbsl(context), ": ", status.message()));
}

// The Status of a failed system call: "what: strerror(error)", with the code
// that absl::ErrnoToStatus gives. `error` is a positive errno.
inline absl::Status SystemError(int error, std::string_view what) {
  return absl::ErrnoToStatus(error, ToAbsl(what));
}

}  // namespace pol::support

#define POL_RETURN_IF_ERROR(expression)        \
  do {                                         \
    absl::Status pol_status_ = (expression);   \
    if (!pol_status_.ok()) return pol_status_; \
  } while (false)

#define POL_STATUS_CONCAT_INNER_(a, b) a##b
#define POL_STATUS_CONCAT_(a, b) POL_STATUS_CONCAT_INNER_(a, b)

// POL_ASSIGN_OR_RETURN(auto value, Function());
#define POL_ASSIGN_OR_RETURN(declaration, expression)                \
  POL_ASSIGN_OR_RETURN_(POL_STATUS_CONCAT_(pol_statusor_, __LINE__), \
                        declaration, expression)
#define POL_ASSIGN_OR_RETURN_(statusor, declaration, expression) \
  auto statusor = (expression);                                  \
  if (!statusor.ok()) return std::move(statusor).status();       \
  declaration = *std::move(statusor)

#endif  // POL_COMPILER_SUPPORT_STATUS_H_
