#include "compiler/values/port_range.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

absl::StatusOr<uint16_t> ParsePort(std::string_view text) {
  int64_t port = 0;
  bool digits = !text.empty() && text.size() <= 5 &&
                std::all_of(text.begin(), text.end(),
                            [](char c) { return c >= '0' && c <= '9'; });
  if (!digits || !absl::SimpleAtoi(support::ToAbsl(text), &port)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", support::ToAbsl(text), "` is not a port number"));
  }
  POL_ASSIGN_OR_RETURN(PortRange range, PortRange::FromNumber(port));
  return range.first;
}

}  // namespace

absl::StatusOr<PortRange> PortRange::FromNumber(int64_t port) {
  if (port < 1 || port > 65535) {
    return absl::InvalidArgumentError(
        absl::StrCat(port, " is not a port; ports are 1 to 65535"));
  }
  return PortRange{static_cast<uint16_t>(port), static_cast<uint16_t>(port)};
}

absl::StatusOr<PortRange> PortRange::Parse(std::string_view text) {
  if (text == "any") return Any();
  size_t dash = text.find('-');
  POL_ASSIGN_OR_RETURN(uint16_t first, ParsePort(text.substr(0, dash)));
  if (dash == text.npos) return PortRange{first, first};
  POL_ASSIGN_OR_RETURN(uint16_t last, ParsePort(text.substr(dash + 1)));
  if (last < first) {
    return absl::InvalidArgumentError(
        absl::StrCat("the range `", support::ToAbsl(text),
                     "` is empty; write `", last, "-", first, "`"));
  }
  return PortRange{first, last};
}

std::string PortRange::ToString() const {
  if (*this == Any()) return "any";
  if (*this == None()) return "none";
  if (first == last) return absl::StrCat(first);
  return absl::StrCat(first, "-", last);
}

std::string ToString(Protocol protocol, const PortRange& ports) {
  const absl::string_view name = support::ToAbsl(ToString(protocol));
  if (!HasPorts(protocol)) return std::string(name);
  return absl::StrCat(name, "/", ports.ToString());
}

}  // namespace pol::values
