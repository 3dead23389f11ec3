#include "tests/harness/network_namespace.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/support/status.h"
#include "tests/harness/process.h"

namespace pol::harness {
namespace {

constexpr char kOwn[] = "/proc/self/ns/net";

// unshare(2) moves the caller; coming back needs the old one open.
absl::StatusOr<int> UnshareAndReturn() {
  const int old = open(kOwn, O_RDONLY | O_CLOEXEC);
  if (old < 0) return support::SystemError(errno, kOwn);
  absl::Status status;
  int fresh = -1;
  if (unshare(CLONE_NEWNET) != 0) {
    status = support::SystemError(errno, "making a network namespace");
  } else {
    fresh = open(kOwn, O_RDONLY | O_CLOEXEC);
    if (fresh < 0) status = support::SystemError(errno, kOwn);
    if (setns(old, CLONE_NEWNET) != 0) {
      status = support::SystemError(errno, "leaving the new namespace");
    }
  }
  close(old);
  if (!status.ok()) return status;
  return fresh;
}

}  // namespace

absl::StatusOr<NetworkNamespace> NetworkNamespace::Create() {
  NetworkNamespace made;
  POL_ASSIGN_OR_RETURN(made.fd_, UnshareAndReturn());
  POL_RETURN_IF_ERROR(made.Ip({"link", "set", "lo", "up"}));
  return made;
}

NetworkNamespace::NetworkNamespace(NetworkNamespace&& other) noexcept {
  *this = std::move(other);
}

NetworkNamespace& NetworkNamespace::operator=(
    NetworkNamespace&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

NetworkNamespace::~NetworkNamespace() {
  if (fd_ >= 0) close(fd_);
}

std::string NetworkNamespace::path() const {
  return absl::StrCat("/proc/", getpid(), "/fd/", fd_);
}

absl::Status NetworkNamespace::Ip(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "ip");
  Command command;
  command.argv = std::move(arguments);
  command.netns = fd_;
  return RunOk(command).status();
}

}  // namespace pol::harness
