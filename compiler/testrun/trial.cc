#include "compiler/testrun/trial.h"

#include "compiler/support/check.h"

namespace pol::testrun {

Outcome Judge(const ir::Decision& decision,
              const std::optional<ir::SeenTls>& seen) {
  Outcome outcome{decision.verdict, decision.rule, std::nullopt};
  if (decision.verdict != ir::Verdict::kAllow) return outcome;
  outcome.unmet = ir::FirstUnmet(decision, seen);
  if (outcome.unmet) {
    outcome.verdict = ir::Verdict::kDeny;
    outcome.rule = outcome.unmet->rule;
  }
  return outcome;
}

std::string_view Word(ir::Verdict verdict) {
  switch (verdict) {
    case ir::Verdict::kLeftAlone:
      return "unmanaged";
    case ir::Verdict::kAllow:
      return "allow";
    case ir::Verdict::kDeny:
      return "deny";
  }
  POL_CHECK(false) << "verdict";
  return {};
}

std::string& SeenName(ir::SeenTls& seen, ir::TlsList list) {
  switch (list) {
    case ir::TlsList::kServerName:
      return seen.server_name;
    case ir::TlsList::kAlpn:
      return seen.alpn;
    case ir::TlsList::kKeyExchange:
      return seen.group;
    case ir::TlsList::kCipherSuite:
      return seen.cipher_suite;
    case ir::TlsList::kStarttls:
      break;
  }
  return seen.starttls;
}

const std::string& SeenName(const ir::SeenTls& seen, ir::TlsList list) {
  return SeenName(const_cast<ir::SeenTls&>(seen), list);
}

}  // namespace pol::testrun
