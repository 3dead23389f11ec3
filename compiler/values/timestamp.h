// A moment, to the second, as RFC 3339 writes it in UTC.
#ifndef POL_COMPILER_VALUES_TIMESTAMP_H_
#define POL_COMPILER_VALUES_TIMESTAMP_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

struct Timestamp {
  int64_t unix_seconds = 0;  // POSIX time: no leap seconds

  // "2027-06-30T00:00:00Z", or a date alone, which is the first second of that
  // day in UTC: what holds "not after 2027-06-30" no longer holds on that day.
  // Years 1970 to 9999. Errors, each with its own message: a day that no
  // calendar has, a leap second, a fraction, an offset other than `Z` (the
  // message names the same moment in UTC), a time without any.
  static absl::StatusOr<Timestamp> Parse(std::string_view text);
  // Always with its time: "2027-06-30T00:00:00Z".
  std::string ToString() const;

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_TIMESTAMP_H_
