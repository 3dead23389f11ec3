// A span of time in whole seconds, as Go and systemd.time(7) write it: "90s",
// "1h30m", "7d".
#ifndef POL_COMPILER_VALUES_DURATION_H_
#define POL_COMPILER_VALUES_DURATION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

struct Duration {
  int64_t seconds = 0;  // never negative

  // One or more whole numbers with a unit (w, d, h, m, s), the largest unit
  // first and each once; at most 100 years of 365 days. A day is 24 hours. A
  // bare number is an error: it would not say of what.
  static absl::StatusOr<Duration> Parse(std::string_view text);
  // In days and smaller units, none of them zero: "1m30s", "7d"; "0s".
  std::string ToString() const;

  friend auto operator<=>(const Duration&, const Duration&) = default;
};

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_DURATION_H_
