// Transport protocols, numbered as IANA does (protocol-numbers).
#ifndef POL_COMPILER_VALUES_PROTOCOL_H_
#define POL_COMPILER_VALUES_PROTOCOL_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace pol::values {

enum class Protocol : uint8_t { kIcmp = 1, kTcp = 6, kUdp = 17, kSctp = 132 };

// "tcp", "udp", "sctp", "icmp"; nothing else.
std::optional<Protocol> ParseProtocol(std::string_view text);
std::string_view ToString(Protocol protocol);

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_PROTOCOL_H_
