// Transport protocols, numbered as IANA does (protocol-numbers).
#ifndef POL_COMPILER_VALUES_PROTOCOL_H_
#define POL_COMPILER_VALUES_PROTOCOL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pol::values {

enum class Protocol : uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kSctp = 132 };

// All of them, the most used first.
inline constexpr std::array kProtocols = {Protocol::kTcp, Protocol::kUdp,
                                          Protocol::kSctp, Protocol::kIcmp};

// Whether connections have a port; ICMP has types and codes instead, which no
// rule tells apart.
constexpr bool HasPorts(Protocol protocol) {
  return protocol != Protocol::kIcmp;
}

// "tcp", "udp", "sctp", "icmp"; nothing else.
std::optional<Protocol> ParseProtocol(std::string_view text);
std::string_view ToString(Protocol protocol);
// By its number at IANA; nothing for one that no rule can name.
std::optional<Protocol> ProtocolOf(uint32_t number);

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_PROTOCOL_H_
