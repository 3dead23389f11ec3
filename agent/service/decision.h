// One decision of the network fence, and how it is written down.
#ifndef POL_AGENT_SERVICE_DECISION_H_
#define POL_AGENT_SERVICE_DECISION_H_

#include <cstdint>
#include <string>

#include "compiler/bundle/bundle.pb.h"

namespace pol::service {

enum class Verdict { kAllowed, kRefused };

struct Decision {
  int64_t unix_ms = 0;
  Verdict verdict = Verdict::kAllowed;
  // What the audited rules would have made of it, when that differs.
  bool audit_differs = false;
  std::string hook;     // "connect", "ingress", "egress" …
  uint32_t source = 0;  // identities of the bundle of `generation`
  uint32_t target = 0;
  std::string
      source_address;  // "10.87.0.1:41230", "[2001:db8::1]:41230"; may be empty
  std::string target_address;
  uint16_t target_port = 0;
  uint8_t protocol = 6;
  std::string reason;  // a stable word: "default-deny", "plaintext" …
  uint32_t rule = 0;   // rule ids; 0: none
  uint32_t tls_rule = 0;
  uint32_t audit_rule = 0;
  std::string tls_version;  // seen on the wire, "TLS 1.3"; empty: none
  uint64_t generation = 0;
};

// One line, without its end, stable:
//
//   TIME VERDICT HOOK SOURCE -> TARGET ADDRESS -> ADDRESS REASON: CAUSE (PLACE)
//
//   2026-11-22T21:40:01.123Z REFUSED connect spiffe://gov.cn/ns/intruder ->
//   spiffe://gov.cn/ns/postgres-cluster 10.87.0.1:41230 -> 10.87.0.2:5432
//   default-deny: policy db-access admits only spiffe://gov.cn/ns/finance-app
//   (db-access.pol:2)
//
// TIME is UTC. `bundle` is that of the decision's generation, null when it is
// no longer known.
std::string FormatDecision(const Decision& decision,
                           const bundle::v1::Bundle* bundle);

// The same without time and source port: what repeated refusals share.
std::string DenialKey(const Decision& decision,
                      const bundle::v1::Bundle* bundle);

// Milliseconds since 1970 as "2026-11-22T21:40:01.123Z".
std::string FormatTime(int64_t unix_ms);

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DECISION_H_
