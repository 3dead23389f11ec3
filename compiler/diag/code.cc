#include "compiler/diag/code.h"

#include "absl/strings/str_format.h"

namespace pol::diag {

std::string_view ToString(Severity severity) {
  return severity == Severity::kError ? "error" : "warning";
}

std::string Code::Name() const { return absl::StrFormat("P%04d", number); }

}  // namespace pol::diag
