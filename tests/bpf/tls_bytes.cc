#include "tests/bpf/tls_bytes.h"

#include <algorithm>

namespace pol::testing {
namespace {

std::string U8(size_t value) { return {static_cast<char>(value)}; }
std::string U16(size_t value) { return U8(value >> 8) + U8(value & 0xff); }
std::string U24(size_t value) { return U8(value >> 16) + U16(value & 0xffff); }
std::string U32(size_t value) { return U16(value >> 16) + U16(value & 0xffff); }

std::string Extension(uint16_t type, const std::string& content) {
  return U16(type) + U16(content.size()) + content;
}

std::string Message(uint8_t type, const std::string& body) {
  return U8(type) + U24(body.size()) + body;
}

// SHA-256("HelloRetryRequest"), RFC 8446 4.1.3.
const char kRetryRandom[] =
    "\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91"
    "\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c";

}  // namespace

std::string Record(uint8_t type, const std::string& content) {
  return U8(type) + U16(0x0301) + U16(content.size()) + content;
}

std::string ClientHello(const ClientHelloOptions& options) {
  std::string extensions = Extension(10, U16(2) + U16(29));
  if (options.padding)
    extensions += Extension(21, std::string(options.padding, '\0'));
  if (!options.versions.empty()) {
    std::string list;
    for (uint16_t version : options.versions) list += U16(version);
    extensions += Extension(43, U8(list.size()) + list);
  }
  std::string body = U16(options.legacy_version) + std::string(32, 'r') +
                     U8(32) + std::string(32, 's') + U16(4) + U16(0x1301) +
                     U16(0xc02f) + U8(1) + U8(0);
  if (!options.no_extensions) body += U16(extensions.size()) + extensions;
  std::string message = Message(1, body);
  std::string stream;
  for (size_t at = 0; at < message.size(); at += options.record_size)
    stream += Record(22, message.substr(at, options.record_size));
  return stream;
}

std::string ServerHello(const ServerHelloOptions& options) {
  std::string extensions;
  if (options.chosen) extensions = Extension(43, U16(options.chosen));
  std::string random =
      options.retry ? std::string(kRetryRandom, 32) : std::string(32, 'R');
  std::string body = U16(options.legacy_version) + random + U8(32) +
                     std::string(32, 's') + U16(0x1301) + U8(0) +
                     U16(extensions.size()) + extensions;
  return Record(22, Message(2, body));
}

std::string SslRequest() { return U32(8) + U32(80877103); }
std::string GssRequest() { return U32(8) + U32(80877104); }

std::string StartupMessage() {
  std::string body = U32(196608) + std::string("user\0app\0\0", 10);
  return U32(body.size() + 4) + body;
}

}  // namespace pol::testing
