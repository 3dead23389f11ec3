// Writes the beginnings of TLS streams, well formed or not.
#ifndef POL_TESTS_BPF_TLS_BYTES_H_
#define POL_TESTS_BPF_TLS_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace pol::testing {

struct ClientHelloOptions {
  uint16_t legacy_version = 0x0303;
  // supported_versions; empty: no such extension
  std::vector<uint16_t> versions = {};
  size_t padding = 0;          // bytes of a padding extension
  size_t record_size = 16384;  // at most so much of it in one record
  bool no_extensions = false;
};
std::string ClientHello(const ClientHelloOptions& options);

struct ServerHelloOptions {
  uint16_t legacy_version = 0x0303;
  uint16_t chosen = 0;  // supported_versions; 0: no extension
  bool retry = false;   // a HelloRetryRequest
};
std::string ServerHello(const ServerHelloOptions& options);

// One record around `content`.
std::string Record(uint8_t type, const std::string& content);

// PostgreSQL.
std::string SslRequest();
std::string GssRequest();
std::string StartupMessage();

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_TLS_BYTES_H_
