#include "agent/enforce/network/decoded_event.h"

#include <arpa/inet.h>

#include <array>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace pol::enforce {
namespace {

std::string_view VerdictText(uint8_t verdict) {
  switch (verdict) {
    case POL_VERDICT_ALLOW:
      return "allow";
    case POL_VERDICT_DENY:
      return "deny";
    default:
      return "";
  }
}

std::string_view HookText(uint8_t hook) {
  switch (hook) {
    case POL_HOOK_SOCK_CREATE:
      return "socket";
    case POL_HOOK_CONNECT:
      return "connect";
    case POL_HOOK_INGRESS:
      return "ingress";
    case POL_HOOK_EGRESS:
      return "egress";
    case POL_HOOK_ESTABLISHED:
      return "established";
    default:
      return "unknown";
  }
}

std::string_view ProofText(uint8_t proof) {
  switch (proof) {
    case POL_PROOF_SOCKET:
      return "socket";
    case POL_PROOF_ADDRESS:
      return "address";
    default:
      return "none";
  }
}

std::string AddressText(uint8_t family, const uint8_t* address) {
  if (family != 4 && family != 6) return "";
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(family == 4 ? AF_INET : AF_INET6, address, text, sizeof(text));
  return text;
}

std::string TlsText(uint16_t version) {
  if (version == 0) return "";
  if (version == 0x0300) return "SSL 3.0";
  return absl::StrCat("1.", version - 0x0301);
}

}  // namespace

std::string_view ReasonText(uint8_t reason) {
  static constexpr std::array<std::string_view, POL_REASON_COUNT> kTexts = {
#define POL_REASON_TEXT(code, text) text,
      POL_REASONS(POL_REASON_TEXT)
#undef POL_REASON_TEXT
  };
  return reason < kTexts.size() ? kTexts[reason] : "unknown";
}

DecodedEvent Decode(const pol_event& event) {
  DecodedEvent d;
  d.sequence = event.sequence;
  d.time_ns = event.time_ns;
  d.generation = event.generation;
  d.flow = event.flow;
  d.cgroup = event.cgroup;
  d.netns = event.netns;
  d.verdict = VerdictText(event.verdict);
  d.audit = VerdictText(event.audit_verdict);
  d.reason = ReasonText(event.reason);
  d.hook = HookText(event.hook);
  d.direction = event.role == POL_ROLE_SERVER ? "ingress" : "egress";
  d.proof = ProofText(event.proof);
  d.rule = event.rule;
  d.tls_rule = event.tls_rule;
  d.audit_rule = event.audit_rule;
  d.source = event.source;
  d.target = event.target;
  d.source_address = AddressText(event.family, event.source_address);
  d.target_address = AddressText(event.family, event.target_address);
  d.source_port = event.source_port;
  d.target_port = event.target_port;
  d.tls_version = TlsText(event.tls_version);
  d.pid = event.pid;
  d.uid = event.uid;
  d.comm.assign(event.comm, strnlen(event.comm, sizeof(event.comm)));
  d.seeded = event.seeded != 0;
  return d;
}

}  // namespace pol::enforce
