// The decision function: what every other part, the kernel included, has to
// agree with.
#ifndef POL_COMPILER_IR_DECIDE_H_
#define POL_COMPILER_IR_DECIDE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compiler/ir/rule_set.h"

namespace pol::ir {

// One connection between two ends whose identities are known.
struct Connection {
  IdentityNumber source = kUnknown;
  IdentityNumber target = kUnknown;
  values::Protocol protocol = values::Protocol::kTcp;
  uint16_t port = 0;
};

enum class Verdict {
  kLeftAlone,  // neither end is governed in this direction
  kAllow,
  kDeny,
};

// What the rules say before the first byte is sent.
struct Decision {
  Verdict verdict = Verdict::kLeftAlone;
  // Position in RuleSet::rules of the rule that decided: the first deny that
  // matches, else the first allow. Unset for the default.
  std::optional<size_t> rule;
  // What every matching allow together asks of TLS, and the first rule that
  // asks for it.
  std::optional<values::TlsVersion> min_tls;
  std::optional<size_t> tls_rule;

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Whether rules under `mode = "audit"` count.
enum class AuditRules { kIgnored, kIncluded };

// Deny beats allow; requirements add up; without a rule a governed connection
// is denied.
Decision Decide(const RuleSet& rules, const Connection& connection,
                AuditRules audit = AuditRules::kIgnored);

// The same from the rules that match a connection, by ascending position, and
// whether one of its ends is governed in its direction.
Decision Combine(const RuleSet& rules, const std::vector<size_t>& matching,
                 bool governed, AuditRules audit);

// Whether the TLS seen on an allowed connection meets a decision. `seen` is
// unset when the connection is not TLS.
bool MeetsTls(const Decision& decision, std::optional<values::TlsVersion> seen);

bool Matches(const Rule& rule, const Connection& connection);

// "left alone", "allowed", "denied".
std::string_view ToString(Verdict verdict);

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_DECIDE_H_
