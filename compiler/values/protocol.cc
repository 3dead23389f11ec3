#include "compiler/values/protocol.h"

#include <array>
#include <utility>

#include "compiler/support/check.h"

namespace pol::values {
namespace {

constexpr std::array<std::pair<std::string_view, Protocol>, 4> kNames = {{
    {"icmp", Protocol::kIcmp},
    {"tcp", Protocol::kTcp},
    {"udp", Protocol::kUdp},
    {"sctp", Protocol::kSctp},
}};

}  // namespace

std::optional<Protocol> ParseProtocol(std::string_view text) {
  for (const auto& [name, protocol] : kNames) {
    if (name == text) return protocol;
  }
  return std::nullopt;
}

std::string_view ToString(Protocol protocol) {
  for (const auto& [name, known] : kNames) {
    if (known == protocol) return name;
  }
  POL_CHECK(false) << "protocol " << static_cast<int>(protocol);
  return {};
}

}  // namespace pol::values
