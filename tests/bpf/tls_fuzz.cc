// Any bytes, cut anywhere, must leave the parser in the same state, within its
// bounds. Built for libFuzzer with POL_FUZZ; the seeds in tls_seeds_test.cc run
// through it in every build.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "tests/bpf/tls_feed.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void CheckBounds(const pol_tls& tls) {
  Require(tls.total <= uint32_t{POL_MAX_STREAM} + POL_TLS_RECORD_MAX);
  Require(tls.message_left <= POL_MAX_HELLO);
  Require(tls.skip <= tls.message_left);
  Require(tls.requests <= POL_PG_MAX_REQUESTS + 1);
  Require(tls.have <= tls.need);
  Require(tls.result == POL_TLS_NEED_MORE || tls.result == POL_TLS_GOOD ||
          tls.result < POL_REASON_COUNT);
  if (tls.result == POL_TLS_GOOD)
    Require(tls.version == 0 || pol_tls_is_version(tls.version));
}

}  // namespace

// Input: a byte with the side and the requests, two bytes where to cut, the
// stream.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  bool server = data[0] & 1;
  auto requests = static_cast<uint8_t>(data[0] >> 1 & 3);
  std::string_view stream(reinterpret_cast<const char*>(data) + 3, size - 3);
  size_t cut = (data[1] << 8 | data[2]) % (stream.size() + 1);

  pol_tls whole = pol::testing::ReadTls(stream, server, requests);
  pol_tls parts =
      pol::testing::ReadTls(stream.substr(0, cut), server, requests);
  CheckBounds(parts);
  pol::testing::FeedTls(parts, stream.substr(cut));
  CheckBounds(whole);
  // A skip may run past the limit in one step and be cut in another.
  if (whole.result != POL_REASON_TLS_TOO_LONG &&
      parts.result != POL_REASON_TLS_TOO_LONG)
    Require(std::memcmp(&whole, &parts, sizeof(whole)) == 0);
  return 0;
}
