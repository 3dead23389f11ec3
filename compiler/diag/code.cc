#include "compiler/diag/code.h"

#include "absl/strings/str_format.h"

namespace pol::diag {

std::string_view ToString(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      break;
  }
  return "note";
}

std::string Code::Name() const { return absl::StrFormat("P%04d", number); }

}  // namespace pol::diag
