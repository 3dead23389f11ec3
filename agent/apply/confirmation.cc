#include "agent/apply/confirmation.h"

#include <time.h>

#include <algorithm>

#include "agent/kernel/boot_id.h"

namespace pol::apply {
namespace {

int64_t ClockMs(clockid_t clock) {
  timespec time = {};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1000 + time.tv_nsec / 1'000'000;
}

}  // namespace

Moment Now() {
  return {ClockMs(CLOCK_REALTIME), ClockMs(CLOCK_BOOTTIME), kernel::BootId()};
}

v1::Confirmation ConfirmWithin(int64_t seconds, const Moment& now) {
  v1::Confirmation confirmation;
  confirmation.set_seconds(seconds);
  confirmation.set_deadline_unix_ms(now.unix_ms + seconds * 1000);
  confirmation.set_boot_id(now.boot_id);
  confirmation.set_deadline_boottime_ms(now.boottime_ms + seconds * 1000);
  return confirmation;
}

int64_t LeftMs(const v1::Confirmation& confirmation, const Moment& now) {
  bool same_boot =
      !now.boot_id.empty() && confirmation.boot_id() == now.boot_id;
  int64_t left = confirmation.deadline_boottime_ms() - now.boottime_ms;
  if (!same_boot) {
    left = std::min(confirmation.deadline_unix_ms() - now.unix_ms,
                    confirmation.seconds() * 1000 - now.boottime_ms);
  }
  return std::max<int64_t>(left, 0);
}

}  // namespace pol::apply
