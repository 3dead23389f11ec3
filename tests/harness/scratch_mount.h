// A file system of the test's own, which nobody else sees.
#ifndef POL_TESTS_HARNESS_SCRATCH_MOUNT_H_
#define POL_TESTS_HARNESS_SCRATCH_MOUNT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace pol::harness {

// Mounted in a mount namespace that the calling thread, and what it starts
// from then on, lives in for good; unmounted and gone at the end.
class ScratchMount {
 public:
  // `type` is "tmpfs" or "ext4", the latter in a file of 64 MiB. kUnavailable
  // says what this machine does not let us do.
  static absl::StatusOr<std::unique_ptr<ScratchMount>> Create(
      const std::string& type);
  ScratchMount(const ScratchMount&) = delete;
  ScratchMount& operator=(const ScratchMount&) = delete;
  ~ScratchMount();

  const std::string& folder() const { return folder_; }

 private:
  explicit ScratchMount(std::string base)
      : base_(std::move(base)), folder_(base_ + "/mount") {}

  std::string base_;
  std::string folder_;
  bool mounted_ = false;
};

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_SCRATCH_MOUNT_H_
