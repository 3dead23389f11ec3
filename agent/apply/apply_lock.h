// Keeps two changes of the host from running at once: flock(2) on
// "apply.lock", which the kernel releases when its holder ends, however.
#ifndef POL_AGENT_APPLY_APPLY_LOCK_H_
#define POL_AGENT_APPLY_APPLY_LOCK_H_

#include <string>

#include "compiler/support/status.h"

namespace pol::apply {

class ApplyLock {
 public:
  // kUnavailable, naming who holds it, when somebody does. The folder is made
  // when it is not there.
  static absl::StatusOr<ApplyLock> Take(const std::string& run_dir);

  ApplyLock(ApplyLock&& other) noexcept;
  ApplyLock& operator=(ApplyLock&& other) noexcept;
  ~ApplyLock();

 private:
  explicit ApplyLock(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_APPLY_LOCK_H_
