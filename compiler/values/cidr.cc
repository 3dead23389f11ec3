#include "compiler/values/cidr.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace pol::values {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0,    0,
                                                   0, 0, 0, 0, 0xff, 0xff};

// The address with all bits from `prefix` on cleared.
std::array<uint8_t, 16> Masked(std::array<uint8_t, 16> address, int prefix) {
  for (int bit = prefix; bit < 128; ++bit) {
    address[bit / 8] =
        static_cast<uint8_t>(address[bit / 8] & ~(0x80 >> (bit % 8)));
  }
  return address;
}

Cidr WithoutMapping(const Cidr& cidr) {
  if (!cidr.ipv6 || cidr.prefix < 96 ||
      !std::equal(kMappedPrefix.begin(), kMappedPrefix.end(),
                  cidr.address.begin())) {
    return cidr;
  }
  Cidr v4;
  std::copy(cidr.address.begin() + 12, cidr.address.end(), v4.address.begin());
  v4.prefix = static_cast<uint8_t>(cidr.prefix - 96);
  return v4;
}

}  // namespace

absl::StatusOr<Cidr> Cidr::Parse(std::string_view text) {
  size_t slash = text.find('/');
  std::string host(text.substr(0, slash));
  // inet_pton(3) stops at a NUL byte.
  if (host.find(char{}) != host.npos) {
    return absl::InvalidArgumentError(
        "an IP address holds no NUL byte: not an IP address");
  }
  Cidr cidr;
  if (inet_pton(AF_INET, host.c_str(), cidr.address.data()) == 1) {
    cidr.ipv6 = false;
  } else if (inet_pton(AF_INET6, host.c_str(), cidr.address.data()) == 1) {
    cidr.ipv6 = true;
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("`", host, "` is not an IP address"));
  }
  int bits = cidr.ipv6 ? 128 : 32;
  int prefix = bits;
  if (slash != text.npos) {
    std::string length(text.substr(slash + 1));
    bool digits = !length.empty() &&
                  std::all_of(length.begin(), length.end(),
                              [](char c) { return c >= '0' && c <= '9'; });
    if (!digits || !absl::SimpleAtoi(length, &prefix) || prefix > bits) {
      return absl::InvalidArgumentError(absl::StrCat(
          "`/", length, "` is not a prefix length from 0 to ", bits));
    }
  }
  cidr.prefix = static_cast<uint8_t>(prefix);
  std::array<uint8_t, 16> masked = Masked(cidr.address, prefix);
  if (masked != cidr.address) {
    cidr.address = masked;
    return absl::InvalidArgumentError(absl::StrCat(
        "the address has bits set behind its prefix; the block is `",
        cidr.ToString(), "`"));
  }
  return WithoutMapping(cidr);
}

std::string Cidr::ToString() const {
  char buffer[INET6_ADDRSTRLEN];
  inet_ntop(ipv6 ? AF_INET6 : AF_INET, address.data(), buffer, sizeof buffer);
  if (prefix == (ipv6 ? 128 : 32)) return buffer;
  return absl::StrCat(buffer, "/", prefix);
}

bool Cidr::Contains(const Cidr& other) const {
  return ipv6 == other.ipv6 && prefix <= other.prefix &&
         Masked(other.address, prefix) == address;
}

std::string_view Cidr::bytes() const {
  return {reinterpret_cast<const char*>(address.data()), ipv6 ? 16u : 4u};
}

}  // namespace pol::values
