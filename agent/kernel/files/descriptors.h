// What a file system's two ways of reading, one file and whole trees, share:
// descriptors that no symbolic link led to, and the attributes behind them.
#ifndef POL_AGENT_KERNEL_FILES_DESCRIPTORS_H_
#define POL_AGENT_KERNEL_FILES_DESCRIPTORS_H_

#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "agent/kernel/files/file_system.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// Closes what it holds.
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

// openat2(2) that follows no symbolic link: ELOOP when a component is one (the
// last one too, unless O_PATH | O_NOFOLLOW opens the link itself). -1 and errno
// on failure.
int OpenAt2(int folder, const char* path, uint64_t flags);

FileInfo Info(const struct stat& status);

// Whether the file system is the kernel's own (proc, sysfs, cgroup …).
bool IsKernelFileSystem(int fd);

// Whether a folder that cannot be entered for this errno is gone, became
// something else, or has a path too long to be named.
bool PassOver(int error);

// The attribute that `read` reads into a buffer, as getxattr(2) returns it;
// nullopt when the file has none. `name` and `path` are for the error.
absl::StatusOr<std::optional<std::string>> ReadXattr(
    const std::function<ssize_t(char* buffer, size_t size)>& read,
    const std::string& name, const std::string& path);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_DESCRIPTORS_H_
