// A file descriptor that is closed by its owner's end.
#ifndef POL_AGENT_KERNEL_FD_H_
#define POL_AGENT_KERNEL_FD_H_

#include <unistd.h>

#include <utility>

namespace pol::kernel {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { Close(); }

  int get() const { return fd_; }
  bool ok() const { return fd_ >= 0; }

 private:
  void Close() {
    if (fd_ >= 0) close(fd_);
  }

  int fd_ = -1;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FD_H_
