#include "compiler/values/protocol.h"

#include <algorithm>

#include "compiler/support/check.h"

namespace pol::values {
namespace {

template <typename Holds>
std::optional<Protocol> Find(Holds holds) {
  const auto found = std::find_if(kProtocols.begin(), kProtocols.end(), holds);
  if (found == kProtocols.end()) return std::nullopt;
  return *found;
}

}  // namespace

std::optional<Protocol> ParseProtocol(std::string_view text) {
  return Find([text](Protocol known) { return ToString(known) == text; });
}

std::optional<Protocol> ProtocolOf(uint32_t number) {
  return Find([number](Protocol known) {
    return static_cast<uint32_t>(known) == number;
  });
}

std::string_view ToString(Protocol protocol) {
  switch (protocol) {
    case Protocol::kTcp:
      return "tcp";
    case Protocol::kUdp:
      return "udp";
    case Protocol::kSctp:
      return "sctp";
    case Protocol::kIcmp:
      return "icmp";
  }
  POL_CHECK(false) << "protocol " << static_cast<int>(protocol);
  return {};
}

}  // namespace pol::values
