#include "tests/bpf/forger.h"

#include <arpa/inet.h>
#include <linux/ethtool.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "compiler/support/check.h"

namespace pol::testing {
namespace {

constexpr uint8_t kSyn = 2, kPush = 8, kAck = 16, kUrg = 32;
constexpr size_t kOptions = 12;  // timestamps, padded

uint16_t Checksum(const std::string& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    auto byte = static_cast<uint8_t>(bytes[i]);
    sum += i % 2 == 0 ? uint32_t{byte} << 8 : byte;
  }
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return htons(static_cast<uint16_t>(~sum));
}

uint32_t AddressOf(const char* text) {
  in_addr address = {};
  inet_pton(AF_INET, text, &address);
  return address.s_addr;
}

Place On(const harness::Host& host) { return {"", host.network.fd()}; }

std::string HardwareAddress(const harness::Host& host) {
  ifreq request = {};
  std::strncpy(request.ifr_name, host.interface.c_str(), IFNAMSIZ - 1);
  Made socket = Socket(On(host), AF_INET, SOCK_DGRAM, 0);
  POL_CHECK(ioctl(socket.fd.get(), SIOCGIFHWADDR, &request) == 0);
  const auto* mac = reinterpret_cast<uint8_t*>(request.ifr_hwaddr.sa_data);
  return absl::StrFormat("%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
                         mac[2], mac[3], mac[4], mac[5]);
}

// Checksums are looked at, which a veth pair spares itself.
void CheckArrivingSums(const harness::Host& host) {
  ifreq request = {};
  std::strncpy(request.ifr_name, host.interface.c_str(), IFNAMSIZ - 1);
  ethtool_value off = {ETHTOOL_SRXCSUM, 0};
  request.ifr_data = reinterpret_cast<char*>(&off);
  Made socket = Socket(On(host), AF_INET, SOCK_DGRAM, 0);
  POL_CHECK(ioctl(socket.fd.get(), SIOCETHTOOL, &request) == 0) << errno;
}

uint16_t NextPort() {
  static std::atomic<uint16_t> next = 20000;
  return next++;
}

}  // namespace

Forger::Forger(const harness::TwoHosts& hosts, uint16_t port)
    : port_(port), own_port_(NextPort()) {
  absl::Status known = hosts.server().network.Ip(
      {"neigh", "replace", kForgersAddress, "lladdr",
       HardwareAddress(hosts.client()), "dev", hosts.server().interface});
  POL_CHECK(known.ok()) << known;
  CheckArrivingSums(hosts.server());
  raw_ = Socket(On(hosts.client()), AF_INET, SOCK_RAW, IPPROTO_RAW).fd;
  capture_ =
      Socket(On(hosts.client()), AF_PACKET, SOCK_DGRAM, htons(ETH_P_IP)).fd;
  POL_CHECK(raw_.ok() && capture_.ok());
}

void Forger::Emit(uint8_t flags, uint32_t sequence, const std::string& data,
                  Forgery forgery) {
  tcphdr tcp = {};
  tcp.source = htons(own_port_);
  tcp.dest = htons(port_);
  tcp.seq = htonl(sequence);
  tcp.ack_seq = htonl(flags & kAck ? peers_next_ : 0);
  tcp.doff = (sizeof(tcp) + kOptions) / 4;
  tcp.th_flags = static_cast<uint8_t>(flags | (forgery.urgent ? kUrg : 0));
  tcp.urg_ptr = htons(forgery.urgent ? 1 : 0);
  tcp.window = htons(65535);
  std::string options("\x01\x01\x08\x0a", 4);
  uint32_t times[] = {htonl(forgery.old_timestamp ? clock_ - 50000 : clock_++),
                      htonl(peers_clock_)};
  options.append(reinterpret_cast<const char*>(times), sizeof(times));

  std::string segment(reinterpret_cast<const char*>(&tcp), sizeof(tcp));
  segment += options + data;
  const uint32_t ends[] = {AddressOf(kForgersAddress), AddressOf("10.87.0.2")};
  std::string pseudo(reinterpret_cast<const char*>(ends), sizeof(ends));
  const uint16_t rest[] = {htons(IPPROTO_TCP),
                           htons(static_cast<uint16_t>(segment.size()))};
  pseudo.append(reinterpret_cast<const char*>(rest), sizeof(rest));
  uint16_t sum = Checksum(pseudo + segment);
  if (forgery.bad_checksum) sum = static_cast<uint16_t>(sum ^ 0x5555);
  std::memcpy(segment.data() + offsetof(tcphdr, check), &sum, sizeof(sum));

  iphdr ip = {};
  ip.version = 4;
  ip.ihl = 5;
  ip.ttl = 64;
  ip.protocol = IPPROTO_TCP;
  ip.saddr = ends[0];
  ip.daddr = ends[1];
  std::string packet(reinterpret_cast<const char*>(&ip), sizeof(ip));
  packet += segment;
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = ends[1];
  ssize_t sent = sendto(raw_.get(), packet.data(), packet.size(), 0,
                        reinterpret_cast<sockaddr*>(&to), sizeof(to));
  POL_CHECK(sent == static_cast<ssize_t>(packet.size())) << errno;
}

bool Forger::Syn(const std::string& data) {
  Emit(kSyn, initial_, data, {});
  pollfd one = {capture_.get(), POLLIN, 0};
  while (poll(&one, 1, 1000) == 1) {
    char packet[2048];
    ssize_t size = recv(capture_.get(), packet, sizeof(packet), 0);
    if (size < static_cast<ssize_t>(sizeof(iphdr) + sizeof(tcphdr))) continue;
    iphdr ip;
    std::memcpy(&ip, packet, sizeof(ip));
    tcphdr tcp;
    std::memcpy(&tcp, packet + ip.ihl * 4, sizeof(tcp));
    if (ip.protocol != IPPROTO_TCP || tcp.dest != htons(own_port_) ||
        !tcp.syn || !tcp.ack)
      continue;
    peers_next_ = ntohl(tcp.seq) + 1;
    return true;
  }
  return false;
}

void Forger::Ack(const std::string& data) {
  Emit(kAck, initial_ + 1, data, {});
}

void Forger::Send(size_t offset, const std::string& data, Forgery forgery) {
  Emit(kAck | kPush, initial_ + 1 + static_cast<uint32_t>(offset), data,
       forgery);
}

}  // namespace pol::testing
