// The rows of IANA's TLS registries that this program knows.
#ifndef POL_COMPILER_VALUES_TLS_TABLES_H_
#define POL_COMPILER_VALUES_TLS_TABLES_H_

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace pol::values {

struct TlsRow {
  uint16_t code;
  std::string_view name;     // IANA's
  std::string_view openssl;  // empty where OpenSSL writes it like IANA
  std::string_view also;     // one more spelling of OpenSSL's, or empty
};

// TLS Supported Groups, by code.
absl::Span<const TlsRow> GroupRows();
// TLS Cipher Suites, by code.
absl::Span<const TlsRow> CipherSuiteRows();
// TLS Application-Layer Protocol Negotiation (ALPN) Protocol IDs, sorted.
absl::Span<const std::string_view> AlpnRows();

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_TLS_TABLES_H_
