// A kind of diagnostic: its number, its severity and a short title.
//
// A room declares its codes beside the code that reports them, in its own
// `diagnostics.h`:
//
//   inline constexpr diag::Code kUnknownName{2003, diag::Severity::kError,
//   "unknown name"};
//
// P1xxx syntax, P2xxx names and types, P3xxx values, P4xxx conflicts and
// analysis, P5xxx SELinux, P6xxx capabilities, P7xxx network. A number once
// given is never given to another kind.
#ifndef POL_COMPILER_DIAG_CODE_H_
#define POL_COMPILER_DIAG_CODE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pol::diag {

// A note is a finding that is information: nothing is wrong.
enum class Severity { kError, kWarning, kNote };

std::string_view ToString(Severity severity);  // "error", "warning", "note"

struct Code {
  uint16_t number = 0;
  Severity severity = Severity::kError;
  std::string_view title;  // of its page in docs/errors/

  std::string Name() const;  // "P2003"
};

// Whether a room's table rises strictly, so that no number stands in it twice,
// and stays within [first, last].
template <size_t kSize>
constexpr bool IsTable(const Code* const (&codes)[kSize], uint16_t first,
                       uint16_t last) {
  uint16_t previous = 0;
  for (const Code* code : codes) {
    if (code->number <= previous || code->number < first ||
        code->number > last || code->title.empty()) {
      return false;
    }
    previous = code->number;
  }
  return true;
}

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_CODE_H_
