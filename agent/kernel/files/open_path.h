// Descriptors that close themselves, and paths opened without following a
// symbolic link.
#ifndef POL_AGENT_KERNEL_FILES_OPEN_PATH_H_
#define POL_AGENT_KERNEL_FILES_OPEN_PATH_H_

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <utility>

namespace pol::kernel {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

// openat2(2) with RESOLVE_NO_SYMLINKS: ELOOP when a component is a link (the
// last one too, unless O_PATH | O_NOFOLLOW opens the link itself). -1 and
// errno on failure.
inline int OpenAt2(int folder, const char* path, uint64_t flags) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  return static_cast<int>(
      syscall(SYS_openat2, folder, path, &how, sizeof(how)));
}

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_OPEN_PATH_H_
