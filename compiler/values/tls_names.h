// The names that TLS gives to what it negotiates: groups for the key exchange,
// cipher suites, application protocols; and the protocols that change over to
// TLS on a connection that began without.
#ifndef POL_COMPILER_VALUES_TLS_NAMES_H_
#define POL_COMPILER_VALUES_TLS_NAMES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"

namespace pol::values {

// A row of a TLS registry at IANA. What it points at lives as long as the
// program.
struct TlsName {
  std::string_view name;  // as IANA writes it
  uint16_t code = 0;      // as on the wire

  friend bool operator==(const TlsName&, const TlsName&) = default;
};

// A key exchange group of "TLS Supported Groups" (RFC 8446 section 4.2.7, RFC
// 7919, and the ML-KEM hybrids), by IANA's name or one of OpenSSL's ("P-256",
// "prime256v1"), in upper or lower case as OpenSSL reads them.
std::optional<TlsName> ParseKeyExchange(std::string_view text);

// A cipher suite of TLS 1.2 or 1.3 that authenticates by certificate, by IANA's
// name or OpenSSL's ("ECDHE-RSA-AES128-GCM-SHA256").
std::optional<TlsName> ParseCipherSuite(std::string_view text);

// An ALPN protocol id: 1 to 255 bytes (RFC 7301 section 3.1), of which IANA
// need not know any. What cannot be seen in a diagnostic (control characters,
// blanks at an end) is refused.
absl::Status CheckAlpn(std::string_view id);

enum class Starttls : uint8_t {
  kNone,  // the first byte is TLS
  kPostgres,
  kMysql,
  kSmtp,
  kLmtp,
  kImap,
  kPop3,
  kFtp,
  kLdap,
  kXmpp,
  kIrc,
  kNntp,
  kSieve,
};

// "none", "postgres", "mysql", "smtp", …; nothing else.
std::optional<Starttls> ParseStarttls(std::string_view text);
std::string_view ToString(Starttls starttls);

// What is known, sorted, for suggestions: every spelling that is taken.
std::vector<std::string_view> KeyExchangeNames();
std::vector<std::string_view> CipherSuiteNames();
std::vector<std::string_view> AlpnNames();  // IANA's registry
std::vector<std::string_view> StarttlsNames();

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_TLS_NAMES_H_
