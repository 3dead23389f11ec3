// A closed interval of transport ports.
#ifndef POL_COMPILER_VALUES_PORT_RANGE_H_
#define POL_COMPILER_VALUES_PORT_RANGE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/status.h"
#include "compiler/values/protocol.h"

namespace pol::values {

struct PortRange {
  uint16_t first = 0;
  uint16_t last = 0;

  // "5432", "6432-6439" or "any" (1-65535). Port 0 and an empty range are
  // errors.
  static absl::StatusOr<PortRange> Parse(std::string_view text);
  // A number as a policy writes it; 1 to 65535.
  static absl::StatusOr<PortRange> FromNumber(int64_t port);
  static PortRange Any() { return {1, 65535}; }
  // What a connection has whose protocol knows no ports: port 0.
  static PortRange None() { return {0, 0}; }
  std::string ToString() const;  // "5432", "6432-6439", "any", "none"

  bool Contains(uint16_t port) const { return first <= port && port <= last; }

  friend bool operator==(const PortRange&, const PortRange&) = default;
  friend auto operator<=>(const PortRange&, const PortRange&) = default;
};

// All that connections of a protocol can have.
inline PortRange PortsOf(Protocol protocol) {
  return HasPorts(protocol) ? PortRange::Any() : PortRange::None();
}

// "tcp/5432", "udp/any"; just "icmp".
std::string ToString(Protocol protocol, const PortRange& ports);
inline std::string ToString(Protocol protocol, uint16_t port) {
  return ToString(protocol, PortRange{port, port});
}

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_PORT_RANGE_H_
