// A TCP client that writes its own packets, from an address nobody has: to send
// what no kernel would.
#ifndef POL_TESTS_BPF_FORGER_H_
#define POL_TESTS_BPF_FORGER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "tests/bpf/place.h"
#include "tests/harness/two_hosts.h"

namespace pol::testing {

inline constexpr char kForgersAddress[] = "10.87.0.99";

struct Forgery {
  bool bad_checksum = false;
  bool urgent = false;
  bool old_timestamp = false;  // PAWS (RFC 7323 5) throws it away
};

class Forger {
 public:
  // On the client's host of `hosts`, outside any cgroup that is judged; will
  // connect to `port` of the server. Prepares the server's host to answer.
  Forger(const harness::TwoHosts& hosts, uint16_t port);

  // Sends a SYN, with `data`, and waits for the answer. False if none comes.
  bool Syn(const std::string& data = "");
  // The handshake's last packet.
  void Ack(const std::string& data = "");
  // Data at `offset` of the stream.
  void Send(size_t offset, const std::string& data, Forgery forgery = {});

 private:
  void Emit(uint8_t flags, uint32_t sequence, const std::string& data,
            Forgery forgery);

  Fd raw_;      // out
  Fd capture_;  // in
  uint16_t port_;
  uint16_t own_port_;
  uint32_t initial_ = 0x10203040;
  uint32_t peers_next_ = 0;
  uint32_t clock_ = 100000;  // timestamps
  uint32_t peers_clock_ = 0;
};

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_FORGER_H_
