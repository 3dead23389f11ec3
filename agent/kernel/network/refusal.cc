#include "agent/kernel/network/refusal.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace pol::kernel {
namespace {

struct DiagRequest {
  nlmsghdr header;
  inet_diag_req_v2 request;
};

struct DiagAnswer {
  nlmsghdr header;
  nlmsgerr error;
  char rest[256];
};

// RFC 1071 over `bytes`, continuing from `sum`.
uint32_t Sum(const void* bytes, size_t size, uint32_t sum) {
  const auto* at = static_cast<const uint8_t*>(bytes);
  for (size_t i = 0; i < size; ++i)
    sum += i % 2 == 0 ? uint32_t{at[i]} << 8 : at[i];
  return sum;
}

uint16_t Fold(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(static_cast<uint16_t>(~sum));
}

tcphdr Segment(const Reset& reset) {
  tcphdr tcp = {};
  tcp.source = htons(reset.from.port);
  tcp.dest = htons(reset.to.port);
  tcp.seq = htonl(reset.sequence);
  tcp.ack_seq = htonl(reset.acknowledge);
  tcp.doff = sizeof(tcp) / 4;
  tcp.rst = 1;
  tcp.ack = 1;
  size_t length = reset.family == 4 ? 4 : 16;
  uint32_t sum = IPPROTO_TCP + sizeof(tcp);
  sum = Sum(reset.from.address.data(), length, sum);
  sum = Sum(reset.to.address.data(), length, sum);
  tcp.check = Fold(Sum(&tcp, sizeof(tcp), sum));
  return tcp;
}

absl::Status Send(int fd, const std::string& packet, const void* address,
                  socklen_t size) {
  if (sendto(fd, packet.data(), packet.size(), 0,
             static_cast<const sockaddr*>(address), size) < 0)
    return support::SystemError(errno, "send a reset");
  return absl::OkStatus();
}

absl::Status SendReset4(int fd, const Reset& reset, const tcphdr& tcp) {
  iphdr ip = {};
  ip.version = 4;
  ip.ihl = sizeof(ip) / 4;
  ip.ttl = 64;
  ip.protocol = IPPROTO_TCP;
  ip.tot_len = htons(sizeof(ip) + sizeof(tcp));
  std::memcpy(&ip.saddr, reset.from.address.data(), 4);
  std::memcpy(&ip.daddr, reset.to.address.data(), 4);
  std::string packet(reinterpret_cast<const char*>(&ip), sizeof(ip));
  packet.append(reinterpret_cast<const char*>(&tcp), sizeof(tcp));
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = ip.daddr;
  return Send(fd, packet, &to, sizeof(to));
}

absl::Status SendReset6(int fd, const Reset& reset, const tcphdr& tcp) {
  ip6_hdr ip = {};
  ip.ip6_flow = htonl(6u << 28);
  ip.ip6_plen = htons(sizeof(tcp));
  ip.ip6_nxt = IPPROTO_TCP;
  ip.ip6_hlim = 64;
  std::memcpy(&ip.ip6_src, reset.from.address.data(), 16);
  std::memcpy(&ip.ip6_dst, reset.to.address.data(), 16);
  std::string packet(reinterpret_cast<const char*>(&ip), sizeof(ip));
  packet.append(reinterpret_cast<const char*>(&tcp), sizeof(tcp));
  sockaddr_in6 to = {};
  to.sin6_family = AF_INET6;
  to.sin6_addr = ip.ip6_dst;
  if (IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr)) to.sin6_scope_id = reset.interface;
  return Send(fd, packet, &to, sizeof(to));
}

// Lists no socket at all. A missing module cannot be told from a missing socket
// when one is to be destroyed.
absl::Status ProbeSocketDiag(int fd) {
  DiagRequest message = {};
  message.header.nlmsg_len = sizeof(message);
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request.sdiag_family = AF_INET;
  message.request.sdiag_protocol = IPPROTO_TCP;
  if (send(fd, &message, sizeof(message), 0) < 0)
    return support::SystemError(errno, "ask for sockets");
  DiagAnswer answer = {};
  if (recv(fd, &answer, sizeof(answer), 0) < 0)
    return support::SystemError(errno, "list sockets");
  // NLMSG_DONE and NLMSG_ERROR both begin with the error.
  if (answer.error.error == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "sockets cannot be destroyed: the kernel has no tcp_diag (modprobe "
      "tcp_diag)");
}

}  // namespace

absl::StatusOr<Fd> OpenSocketDiag() {
  Fd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!fd.ok()) return support::SystemError(errno, "open NETLINK_SOCK_DIAG");
  // The kernel answers before send(2) returns; this only bounds a surprise.
  timeval limit = {1, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  POL_RETURN_IF_ERROR(ProbeSocketDiag(fd.get()));
  return fd;
}

absl::Status DestroySocket(int diag_fd, int family, const Endpoint& local,
                           const Endpoint& remote, uint64_t cookie) {
  DiagRequest message = {};
  message.header.nlmsg_len = sizeof(message);
  message.header.nlmsg_type = SOCK_DESTROY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
  inet_diag_req_v2& request = message.request;
  request.sdiag_family = family == 4 ? AF_INET : AF_INET6;
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = ~0u;
  request.id.idiag_sport = htons(local.port);
  request.id.idiag_dport = htons(remote.port);
  std::memcpy(request.id.idiag_src, local.address.data(), 16);
  std::memcpy(request.id.idiag_dst, remote.address.data(), 16);
  request.id.idiag_cookie[0] = static_cast<uint32_t>(cookie);
  request.id.idiag_cookie[1] = static_cast<uint32_t>(cookie >> 32);
  if (send(diag_fd, &message, sizeof(message), 0) < 0)
    return support::SystemError(errno, "ask to destroy a socket");
  DiagAnswer answer = {};
  ssize_t got = recv(diag_fd, &answer, sizeof(answer), 0);
  if (got < 0) return support::SystemError(errno, "destroy a socket");
  if (static_cast<size_t>(got) < sizeof(answer.header) + sizeof(answer.error) ||
      answer.header.nlmsg_type != NLMSG_ERROR)
    return absl::InternalError("destroy a socket: unexpected answer");
  int error = -answer.error.error;
  // ESTALE: the ends belong to another socket by now.
  if (error == 0 || error == ENOENT || error == ESTALE) return absl::OkStatus();
  return support::SystemError(error, "destroy a socket");
}

absl::StatusOr<Fd> OpenRawSocket(int family) {
  Fd fd(socket(family == 4 ? AF_INET : AF_INET6, SOCK_RAW | SOCK_CLOEXEC,
               IPPROTO_RAW));
  if (!fd.ok()) return support::SystemError(errno, "open a raw socket");
  return fd;
}

absl::Status SendReset(int raw_fd, const Reset& reset) {
  tcphdr tcp = Segment(reset);
  return reset.family == 4 ? SendReset4(raw_fd, reset, tcp)
                           : SendReset6(raw_fd, reset, tcp);
}

}  // namespace pol::kernel
