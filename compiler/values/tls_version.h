// TLS protocol versions, numbered as on the wire (RFC 8446 section 4.2.1).
#ifndef POL_COMPILER_VALUES_TLS_VERSION_H_
#define POL_COMPILER_VALUES_TLS_VERSION_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace pol::values {

enum class TlsVersion : uint16_t {
  kTls10 = 0x0301,
  kTls11 = 0x0302,
  kTls12 = 0x0303,
  kTls13 = 0x0304,
};

// "1.0", "1.1", "1.2", "1.3"; nothing else.
std::optional<TlsVersion> ParseTlsVersion(std::string_view text);
std::string_view ToString(TlsVersion version);  // "1.2"

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_TLS_VERSION_H_
