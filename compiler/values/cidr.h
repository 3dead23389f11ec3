// IP addresses and the blocks they stand in (RFC 4632, RFC 4291).
#ifndef POL_COMPILER_VALUES_CIDR_H_
#define POL_COMPILER_VALUES_CIDR_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

// One block of IPv4 or IPv6 addresses. Host bits are zero; an IPv4-mapped IPv6
// block of at least 96 bits becomes the IPv4 block it stands for, since the
// kernel treats them alike.
struct Cidr {
  std::array<uint8_t, 16> address =
      {};  // network order; IPv4 uses the first four bytes
  uint8_t prefix = 0;
  bool ipv6 = false;

  // "10.0.0.0/8", "10.0.0.1" (a whole address), "2001:db8::/32". A set host bit
  // is an error.
  static absl::StatusOr<Cidr> Parse(std::string_view text);
  std::string ToString() const;  // whole addresses without "/32" or "/128"

  bool Contains(const Cidr& other) const;
  // The significant bytes, 4 or 16.
  std::string_view bytes() const;

  friend bool operator==(const Cidr&, const Cidr&) = default;
  friend auto operator<=>(const Cidr&, const Cidr&) = default;
};

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_CIDR_H_
