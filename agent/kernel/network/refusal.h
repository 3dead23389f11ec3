// Lets the refused end of a connection know at once: by a reset for one that
// is being made, by destroying the socket of one that exists.
//
// The sockets these go through belong to the network namespace of the thread
// that opens them (RunInNetns) and can be used from anywhere afterwards.
#ifndef POL_AGENT_KERNEL_NETWORK_REFUSAL_H_
#define POL_AGENT_KERNEL_NETWORK_REFUSAL_H_

#include <array>
#include <cstdint>

#include "agent/kernel/fd.h"
#include "compiler/support/status.h"

namespace pol::kernel {

using AddressBytes = std::array<uint8_t, 16>;  // IPv4 in the first four

struct Endpoint {
  AddressBytes address = {};
  uint16_t port = 0;  // host order
};

// A netlink socket for DestroySocket(). Needs CAP_NET_ADMIN.
absl::StatusOr<Fd> OpenSocketDiag();

// Destroys the TCP socket with these ends and this cookie (SO_COOKIE): its
// process gets ECONNABORTED, the other end a reset. OK too when there is none
// (any more). The cookie matters: for ends that no connection has, the kernel
// takes the listener. `family` is 4 or 6.
absl::Status DestroySocket(int diag_fd, int family, const Endpoint& local,
                           const Endpoint& remote, uint64_t cookie);

// A raw socket for SendReset(). Needs CAP_NET_RAW.
absl::StatusOr<Fd> OpenRawSocket(int family);

// A TCP segment with RST and ACK (RFC 9293 3.10.7.1).
struct Reset {
  int family = 4;  // 4 or 6
  Endpoint from;
  Endpoint to;
  uint32_t sequence = 0;
  uint32_t acknowledge = 0;
  uint32_t interface = 0;  // of link-local addresses
};
absl::Status SendReset(int raw_fd, const Reset& reset);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_NETWORK_REFUSAL_H_
