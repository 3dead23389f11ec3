#include "compiler/values/server_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

constexpr size_t kMaxName = 253;
constexpr size_t kMaxLabel = 63;

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(support::ToAbsl(what));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

absl::Status CheckLabel(absl::string_view label) {
  if (label.empty()) return Wrong("a server name has no empty label");
  if (label.size() > kMaxLabel) {
    return Wrong(absl::StrCat("a label of a server name has at most ",
                              kMaxLabel, " characters"));
  }
  for (char c : label) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-') {
      continue;
    }
    if (static_cast<unsigned char>(c) >= 0x80) {
      return Wrong("a server name beyond ASCII is written in its `xn--` form");
    }
    if (c == '*') {
      return Wrong(
          "`*` may only be the whole leftmost label of a server name, as in "
          "`*.example.org`");
    }
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      return Wrong("a server name has no control characters");
    }
    return Wrong(absl::StrCat("`", std::string(1, c),
                              "` may not stand in a server name; letters, "
                              "digits, `-` and `.` may"));
  }
  if (label.front() == '-' || label.back() == '-') {
    return Wrong("a label of a server name neither begins nor ends with `-`");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ServerName> ServerName::Parse(std::string_view text) {
  if (text.empty()) return Wrong("the server name is empty");
  if (text.size() > kMaxName) {
    return Wrong(
        absl::StrCat("a server name has at most ", kMaxName, " characters"));
  }
  if (text.find(':') != text.npos) {
    return Wrong("a server name is no address and has no port");
  }
  if (text.back() == '.') return Wrong("a server name does not end in `.`");
  std::vector<absl::string_view> labels =
      absl::StrSplit(support::ToAbsl(text), '.');
  if (labels.front() == "*") {
    if (labels.size() == 1) return Wrong("`*` alone is no server name");
    labels.erase(labels.begin());
  }
  for (absl::string_view label : labels) POL_RETURN_IF_ERROR(CheckLabel(label));
  // No top-level domain is a number; every IPv4 address ends in one.
  if (std::all_of(labels.back().begin(), labels.back().end(), IsDigit)) {
    return Wrong("a server name is no address: its last label has a letter");
  }
  return ServerName(absl::AsciiStrToLower(support::ToAbsl(text)));
}

bool ServerName::Matches(std::string_view host) const {
  if (!wildcard()) {
    return absl::EqualsIgnoreCase(support::ToAbsl(host), text_);
  }
  size_t dot = host.find('.');
  if (dot == 0 || dot == host.npos) return false;
  return absl::EqualsIgnoreCase(support::ToAbsl(host.substr(dot)),
                                absl::string_view(text_).substr(1));
}

}  // namespace pol::values
