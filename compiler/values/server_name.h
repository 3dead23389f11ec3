// The host name that a TLS client asks for (server_name, RFC 6066 section 3).
#ifndef POL_COMPILER_VALUES_SERVER_NAME_H_
#define POL_COMPILER_VALUES_SERVER_NAME_H_

#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

class ServerName {
 public:
  ServerName() = default;

  // Labels of 1 to 63 letters, digits and inner `-` (RFC 1123 section 2.1), 253
  // bytes in all, read in any case and kept in lower case. No closing dot,
  // which RFC 6066 forbids on the wire; no address; names beyond ASCII in their
  // `xn--` form. The leftmost label may be `*` alone and then stands for one
  // label (RFC 6125 section 6.4.3).
  static absl::StatusOr<ServerName> Parse(std::string_view text);

  const std::string& text() const { return text_; }
  bool wildcard() const { return text_.substr(0, 2) == "*."; }

  // Whether a client that asks for `host`, in any case, asks for this.
  bool Matches(std::string_view host) const;

  friend bool operator==(const ServerName&, const ServerName&) = default;
  friend auto operator<=>(const ServerName&, const ServerName&) = default;

 private:
  explicit ServerName(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_SERVER_NAME_H_
