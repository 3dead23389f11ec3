#include "tests/bpf/place.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace pol::testing {
namespace {

// One message: the error, and beside it the socket.
void SendMade(int channel, int result) {
  int error = result < 0 ? -result : 0;
  iovec data = {&error, sizeof(error)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  if (result >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof(control);
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &result, sizeof(int));
  }
  sendmsg(channel, &message, 0);
}

Made ReceiveMade(int channel) {
  Made made;
  iovec data = {&made.error, sizeof(made.error)};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof(control);
  if (recvmsg(channel, &message, MSG_CMSG_CLOEXEC) !=
      static_cast<ssize_t>(sizeof(made.error)))
    made.error = EIO;
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int fd;
    std::memcpy(&fd, CMSG_DATA(header), sizeof(fd));
    made.fd = Fd(fd);
  }
  return made;
}

int Enter(const Place& place) {
  if (!place.cgroup.empty()) {
    Fd procs(open((place.cgroup + "/cgroup.procs").c_str(), O_WRONLY));
    if (!procs.ok() || write(procs.get(), "0", 1) != 1) return -errno;
  }
  if (place.netns >= 0 && setns(place.netns, CLONE_NEWNET)) return -errno;
  if (place.uid >= 0 &&
      setresuid(static_cast<uid_t>(place.uid), static_cast<uid_t>(place.uid),
                static_cast<uid_t>(place.uid)))
    return -errno;
  return 0;
}

int NewSocket(int family, int type, int protocol) {
  int fd = socket(family, type | SOCK_CLOEXEC, protocol);
  return fd < 0 ? -errno : fd;
}

int WaitFor(int fd, short events, int milliseconds) {
  pollfd one = {fd, events, 0};
  int ready = poll(&one, 1, milliseconds);
  return ready;
}

}  // namespace

Made InPlace(const Place& place, const std::function<int()>& work) {
  int pair[2];
  Made failed;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
    failed.error = errno;
    return failed;
  }
  Fd ours(pair[0]), theirs(pair[1]);
  pid_t child = fork();
  if (child == 0) {
    int result = Enter(place);
    if (result == 0) result = work();
    SendMade(theirs.get(), result);
    _exit(0);
  }
  theirs = Fd();
  Made made = ReceiveMade(ours.get());
  waitpid(child, nullptr, 0);
  return made;
}

Address::Address(const std::string& host, uint16_t port) {
  if (host.find(':') != std::string::npos) {
    sockaddr_in6 v6 = {};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    inet_pton(AF_INET6, host.c_str(), &v6.sin6_addr);
    size = sizeof(v6);
    std::memcpy(&storage, &v6, sizeof(v6));
    return;
  }
  sockaddr_in v4 = {};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  inet_pton(AF_INET, host.c_str(), &v4.sin_addr);
  size = sizeof(v4);
  std::memcpy(&storage, &v4, sizeof(v4));
}

Made Socket(const Place& place, int family, int type, int protocol) {
  return InPlace(place, [=] { return NewSocket(family, type, protocol); });
}

Made Listen(const Place& place, const Address& address,
            const ListenOptions& options) {
  return InPlace(place, [&] {
    int fd = NewSocket(address.family(), SOCK_STREAM, IPPROTO_TCP);
    if (fd < 0) return fd;
    int on = 1, off = 0, seconds = 5;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (address.family() == AF_INET6)
      setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
    if (options.defer_accept)
      setsockopt(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, &seconds, sizeof(seconds));
    if (options.fast_open)
      setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN, &seconds, sizeof(seconds));
    if (bind(fd, address.get(), address.size) || listen(fd, options.backlog))
      return -errno;
    return fd;
  });
}

int ConnectWith(int fd, const Address& address, int seconds) {
  int flags = fcntl(fd, F_GETFL);
  fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  int error = connect(fd, address.get(), address.size) ? errno : 0;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof(error);
    if (WaitFor(fd, POLLOUT, seconds * 1000) != 1)
      error = ETIMEDOUT;
    else
      getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  fcntl(fd, F_SETFL, flags);
  return error;
}

Made Connect(const Place& place, const Address& address, int seconds) {
  return InPlace(place, [&] {
    int fd = NewSocket(address.family(), SOCK_STREAM, IPPROTO_TCP);
    if (fd < 0) return fd;
    int error = ConnectWith(fd, address, seconds);
    return error ? -error : fd;
  });
}

Fd Accept(int listener, int seconds) {
  if (WaitFor(listener, POLLIN, seconds * 1000) != 1) return Fd();
  return Fd(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
}

std::string Read(int fd, size_t size, int seconds, int* error) {
  using std::chrono::steady_clock;
  std::string bytes;
  if (error != nullptr) *error = 0;
  auto end = steady_clock::now() + std::chrono::seconds(seconds);
  while (bytes.size() < size) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - steady_clock::now());
    if (left.count() <= 0 ||
        WaitFor(fd, POLLIN, static_cast<int>(left.count())) != 1)
      break;
    char buffer[4096];
    ssize_t got =
        recv(fd, buffer, std::min(sizeof(buffer), size - bytes.size()), 0);
    if (got < 0 && error != nullptr) *error = errno;
    if (got <= 0) break;
    bytes.append(buffer, static_cast<size_t>(got));
  }
  return bytes;
}

bool Write(int fd, const std::string& bytes) {
  size_t done = 0;
  while (done < bytes.size()) {
    ssize_t sent =
        send(fd, bytes.data() + done, bytes.size() - done, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    done += static_cast<size_t>(sent);
  }
  return true;
}

uint16_t PortOf(int fd) {
  sockaddr_storage storage = {};
  socklen_t size = sizeof(storage);
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size);
  // The port is at the same place in both families.
  return ntohs(reinterpret_cast<sockaddr_in*>(&storage)->sin_port);
}

}  // namespace pol::testing
