#include "agent/apply/apply_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace pol::apply {

absl::StatusOr<ApplyLock> ApplyLock::Take(const std::string& run_dir) {
  if (mkdir(run_dir.c_str(), 0755) != 0 && errno != EEXIST)
    return support::SystemError(errno, absl::StrCat("create ", run_dir));
  std::string path = absl::StrCat(run_dir, "/apply.lock");
  ApplyLock lock(
      open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.fd_ < 0)
    return support::SystemError(errno, absl::StrCat("open ", path));
  if (flock(lock.fd_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return support::SystemError(errno, absl::StrCat("lock ", path));
    std::array<char, 128> holder = {};
    ssize_t size = pread(lock.fd_, holder.data(), holder.size() - 1, 0);
    return absl::UnavailableError(absl::StrCat(
        "another change of this host is under way",
        size > 0 ? absl::StrCat(": ", holder.data()) : std::string()));
  }
  // For the message above only; the lock itself is the kernel's.
  std::string holder =
      absl::StrCat(program_invocation_short_name, ", process ", getpid());
  if (ftruncate(lock.fd_, 0) != 0 ||
      pwrite(lock.fd_, holder.data(), holder.size(), 0) < 0) {
    return support::SystemError(errno, absl::StrCat("write ", path));
  }
  return lock;
}

ApplyLock::ApplyLock(ApplyLock&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)) {}

ApplyLock& ApplyLock::operator=(ApplyLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

ApplyLock::~ApplyLock() {
  if (fd_ >= 0) close(fd_);
}

}  // namespace pol::apply
