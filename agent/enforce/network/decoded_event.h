// An event of the programs as plain values, for who prints it.
#ifndef POL_AGENT_ENFORCE_NETWORK_DECODED_EVENT_H_
#define POL_AGENT_ENFORCE_NETWORK_DECODED_EVENT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "bpf/abi.h"

namespace pol::enforce {

struct DecodedEvent {
  uint64_t sequence = 0;
  uint64_t time_ns = 0;  // CLOCK_MONOTONIC
  uint64_t generation = 0;
  uint64_t flow = 0;
  uint64_t cgroup = 0;  // id of the cgroup of the socket here
  uint32_t netns = 0;
  std::string_view verdict;    // "allow", "deny"
  std::string_view audit;      // the same, or "" when it would not differ
  std::string_view reason;     // stable; the texts of POL_REASONS
  std::string_view hook;       // "socket", "connect", "ingress", "egress",
                               // "established"
  std::string_view direction;  // "egress": the socket here is the source's
  std::string_view proof;      // "socket", "address", "none"
  uint32_t rule = 0;           // bundle's rule index + 1; 0: the default
  uint32_t tls_rule = 0;       // the rule that asks for TLS
  uint32_t audit_rule = 0;
  uint32_t source = 0;  // identity indices
  uint32_t target = 0;
  std::string source_address;  // "" when the event is about no connection
  std::string target_address;
  uint16_t source_port = 0;
  uint16_t target_port = 0;
  std::string tls_version;  // "1.3"; "" while unknown
  uint32_t pid = 0;         // of who made the socket; 0: unknown
  uint32_t uid = 0;
  std::string comm;
  bool seeded = false;  // the connection is older than the programs
};

DecodedEvent Decode(const pol_event& event);

// The text of an enum pol_reason; "unknown" for a number that is none.
std::string_view ReasonText(uint8_t reason);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_NETWORK_DECODED_EVENT_H_
