#include "tests/bench/connect_load.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

namespace pol::bench {
namespace {

constexpr size_t kMessage = 64;

bool SendAll(int fd, const char* bytes) {
  size_t sent = 0;
  while (sent < kMessage) {
    ssize_t n = send(fd, bytes + sent, kMessage - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<size_t>(n);
  }
  return true;
}

bool ReceiveAll(int fd, char* bytes) {
  return recv(fd, bytes, kMessage, MSG_WAITALL) ==
         static_cast<ssize_t>(kMessage);
}

sockaddr_in At(const char* address, uint16_t port) {
  sockaddr_in at = {};
  at.sin_family = AF_INET;
  at.sin_port = htons(port);
  inet_pton(AF_INET, address, &at.sin_addr);
  return at;
}

// A reset instead of TIME_WAIT, or a long run would use up the ports.
void CloseAtOnce(int fd) {
  linger now = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(fd);
}

bool Exchange(const sockaddr_in& at) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  char message[kMessage] = {};
  bool good =
      connect(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0 &&
      SendAll(fd, message) && ReceiveAll(fd, message);
  CloseAtOnce(fd);
  return good;
}

}  // namespace

int Serve(uint16_t port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in at = At("0.0.0.0", port);
  if (bind(listener, reinterpret_cast<sockaddr*>(&at), sizeof at) != 0 ||
      listen(listener, 1024) != 0) {
    std::perror("listen");
    return 1;
  }
  std::printf("listening\n");
  std::fflush(stdout);
  while (true) {
    int fd = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0) continue;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    char message[kMessage];
    if (ReceiveAll(fd, message)) SendAll(fd, message);
    close(fd);
  }
}

int Load(const std::string& address, uint16_t port, int connections) {
  sockaddr_in at = At(address.c_str(), port);
  std::vector<double> latencies;
  auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < connections; ++i) {
    auto one = std::chrono::steady_clock::now();
    if (!Exchange(at)) {
      std::perror("exchange");
      return 1;
    }
    std::chrono::duration<double, std::micro> took =
        std::chrono::steady_clock::now() - one;
    latencies.push_back(took.count());
  }
  std::chrono::duration<double> all = std::chrono::steady_clock::now() - begin;
  std::nth_element(latencies.begin(), latencies.begin() + connections / 2,
                   latencies.end());
  std::printf("%f %f\n", connections / all.count(), latencies[connections / 2]);
  return 0;
}

}  // namespace pol::bench
