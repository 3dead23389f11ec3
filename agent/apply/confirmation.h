// A generation that returns by itself unless it is confirmed in time.
#ifndef POL_AGENT_APPLY_CONFIRMATION_H_
#define POL_AGENT_APPLY_CONFIRMATION_H_

#include <cstdint>
#include <string>

#include "agent/apply/state.pb.h"

namespace pol::apply {

// The clocks of a moment.
struct Moment {
  int64_t unix_ms = 0;
  int64_t boottime_ms = 0;  // CLOCK_BOOTTIME: goes on while the host sleeps
  std::string boot_id;
};
Moment Now();

v1::Confirmation ConfirmWithin(int64_t seconds, const Moment& now);

// What is left at `now`, 0 when the time is over. Within one boot the wall
// clock does not matter. After another boot both clocks may be wrong, and the
// earlier end counts.
int64_t LeftMs(const v1::Confirmation& confirmation, const Moment& now);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_CONFIRMATION_H_
