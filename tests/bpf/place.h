// Does socket calls as another process: in a given cgroup, network namespace
// and with a given uid. The sockets are handed back to the caller; who made
// them stays who made them.
#ifndef POL_TESTS_BPF_PLACE_H_
#define POL_TESTS_BPF_PLACE_H_

#include <sys/socket.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "agent/kernel/fd.h"

namespace pol::testing {

using kernel::Fd;

struct Place {
  std::string cgroup;  // folder; empty: ours
  int netns = -1;      // -1: ours
  int uid = -1;        // -1: ours
};

// The outcome of a call: a socket, or the errno.
struct Made {
  Fd fd;
  int error = 0;

  bool ok() const { return error == 0; }
};

// Runs `work` in a process at `place`. It returns a file descriptor, or a
// negative errno.
Made InPlace(const Place& place, const std::function<int()>& work);

// A numeric address and a port. "::ffff:10.0.0.1" is an IPv6 address.
struct Address {
  Address(const std::string& host, uint16_t port);
  int family() const { return storage.ss_family; }
  const sockaddr* get() const {
    return reinterpret_cast<const sockaddr*>(&storage);
  }

  sockaddr_storage storage = {};
  socklen_t size = 0;
};

Made Socket(const Place& place, int family, int type, int protocol);

struct ListenOptions {
  int backlog = 16;
  bool defer_accept = false;
  bool fast_open = false;
};
Made Listen(const Place& place, const Address& address,
            const ListenOptions& options = {});

// Gives up with ETIMEDOUT after `seconds`.
Made Connect(const Place& place, const Address& address, int seconds = 3);

// Connects a socket that exists.
int ConnectWith(int fd, const Address& address, int seconds = 3);

// -1 after `seconds` without a connection.
Fd Accept(int listener, int seconds = 3);

// What can be read within `seconds`, up to `size` bytes: stops at the end of
// the stream or at an error, which goes to `error`.
std::string Read(int fd, size_t size, int seconds, int* error = nullptr);
bool Write(int fd, const std::string& bytes);

uint16_t PortOf(int fd);

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_PLACE_H_
