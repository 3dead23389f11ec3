// The TLS parser of the programs, fed with whole streams in user space.
#ifndef POL_TESTS_BPF_TLS_FEED_H_
#define POL_TESTS_BPF_TLS_FEED_H_

#include <algorithm>
#include <string_view>

#include "bpf/lib/tls.h"

namespace pol::testing {

// Feeds `bytes` until the parser has its result.
inline void FeedTls(pol_tls& tls, std::string_view bytes) {
  size_t at = 0;
  while (at < bytes.size() && tls.result == POL_TLS_NEED_MORE) {
    uint32_t skip = pol_tls_skippable(&tls);
    if (skip > 0) {
      skip = std::min(skip, static_cast<uint32_t>(bytes.size() - at));
      pol_tls_skip(&tls, skip);
      at += skip;
    } else {
      pol_tls_byte(&tls, static_cast<uint8_t>(bytes[at++]));
    }
  }
}

// The parser after the whole stream; for a server's, after the client has made
// `requests` PostgreSQL requests.
inline pol_tls ReadTls(std::string_view bytes, bool server = false,
                       uint8_t requests = 0) {
  pol_tls tls;
  pol_tls_init(&tls, server);
  if (server) tls.requests = requests;
  FeedTls(tls, bytes);
  return tls;
}

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_TLS_FEED_H_
