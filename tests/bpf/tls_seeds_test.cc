// Streams of every kind through the fuzz target, whole, cut short and with each
// byte changed.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/bpf/tls_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace pol::testing {
namespace {

void Feed(char side, uint16_t cut, const std::string& stream) {
  std::string input = {side, static_cast<char>(cut >> 8),
                       static_cast<char>(cut & 0xff)};
  input += stream;
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()),
                         input.size());
}

TEST(TlsSeeds, HoldInEveryVariation) {
  struct {
    char side;  // bit 0: server, then the client's requests
    std::string stream;
  } const seeds[] = {
      {0, ClientHello({.versions = {0x0304, 0x0303}})},
      {0, ClientHello({.legacy_version = 0x0301, .no_extensions = true})},
      {0, ClientHello({.versions = {0x0304}, .record_size = 11})},
      {0, SslRequest() + ClientHello({.versions = {0x0304}})},
      {0, GssRequest() + SslRequest() + ClientHello({.versions = {0x0303}})},
      {0, StartupMessage()},
      {1, ServerHello({.chosen = 0x0304})},
      {1, ServerHello({.chosen = 0x0304, .retry = true}) + Record(20, "\x01") +
              ServerHello({.chosen = 0x0304})},
      {5, "NS" + ServerHello({.legacy_version = 0x0303})},
      {1, Record(21, "\x02\x46")},
  };
  int runs = 0;
  for (const auto& [side, stream] : seeds) {
    for (size_t at = 0; at <= stream.size(); ++at) {
      Feed(side, static_cast<uint16_t>(at / 2), stream.substr(0, at));
      Feed(side, static_cast<uint16_t>(at), stream);
      if (at == stream.size()) continue;
      for (int value : {0, 1, 2, 3, 0x16, 0x7f, 0x80, 0xff}) {
        std::string changed = stream;
        changed[at] = static_cast<char>(value);
        Feed(side, static_cast<uint16_t>(at + 1), changed);
        ++runs;
      }
    }
  }
  EXPECT_GT(runs, 1000);  // each of which aborts when a bound does not hold
}

}  // namespace
}  // namespace pol::testing
