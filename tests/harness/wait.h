// Waiting for a condition with a deadline, instead of sleeping for a time that
// is too long on a fast machine and too short on a busy one.
#ifndef POL_TESTS_HARNESS_WAIT_H_
#define POL_TESTS_HARNESS_WAIT_H_

#include <functional>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace pol::harness {

// Long enough for a machine that emulates its processor; reached only on
// failure.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

// True as soon as `condition` is; false when it still is not after `patience`.
inline bool WaitUntil(const std::function<bool()>& condition,
                      absl::Duration patience = kPatience) {
  const absl::Time deadline = absl::Now() + patience;
  while (!condition()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(5));
  }
  return true;
}

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_WAIT_H_
