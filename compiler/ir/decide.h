// The decision function: what every other part, the kernel included, has to
// agree with.
#ifndef POL_COMPILER_IR_DECIDE_H_
#define POL_COMPILER_IR_DECIDE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
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

  friend bool operator==(const Connection&, const Connection&) = default;
};

// The parts of a TLS requirement that are lists of names, of which one has to
// be met. How TLS begins is a list of one.
enum class TlsList : uint8_t {
  kServerName,
  kAlpn,
  kKeyExchange,
  kCipherSuite,
  kStarttls,
};
inline constexpr std::array kTlsLists = {
    TlsList::kServerName, TlsList::kAlpn, TlsList::kKeyExchange,
    TlsList::kCipherSuite, TlsList::kStarttls};

// What a requirement says of one of them; empty when it asks for nothing.
std::vector<std::string> NamesOf(const TlsRequirement& tls, TlsList list);

// Names that more than one rule may have asked for.
struct AskedNames {
  // What all the rules have in common, ascending. Empty: they cannot be met
  // together.
  std::vector<std::string> names;
  size_t rule = 0;  // the first that left no more than these

  friend bool operator==(const AskedNames&, const AskedNames&) = default;
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
  // Set where a rule asks for names, by TlsList.
  std::array<std::optional<AskedNames>, kTlsLists.size()> asked;
  // The first rule that asks for authentication by the connection itself.
  std::optional<size_t> authentication_rule;

  const std::optional<AskedNames>& names(TlsList list) const {
    return asked[static_cast<size_t>(list)];
  }

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Whether rules under `mode = "audit"` count.
enum class AuditRules { kIgnored, kIncluded };

// Deny beats allow; requirements add up; without a rule a governed connection
// is denied. A rule's date is the host's business: it counts here whatever the
// day.
Decision Decide(const RuleSet& rules, const Connection& connection,
                AuditRules audit = AuditRules::kIgnored);

// The same from the rules that match a connection, by ascending position, and
// whether one of its ends is governed in its direction.
Decision Combine(const RuleSet& rules, const std::vector<size_t>& matching,
                 bool governed, AuditRules audit);

// Why the TLS of an allowed connection does not do.
struct Unmet {
  std::optional<TlsList> list;  // unset: there is no TLS, or an old version
  size_t rule = 0;              // that asks for it

  friend bool operator==(const Unmet&, const Unmet&) = default;
};

// The first requirement of a decision that a connection does not meet, version
// first, then the lists in their order; unset when it meets them all. `seen` is
// unset when the connection is not TLS. Authentication is not of TLS alone and
// not judged here.
std::optional<Unmet> FirstUnmet(const Decision& decision,
                                const std::optional<SeenTls>& seen);

// Whether some connection could meet the TLS requirements at all.
bool CanBeMet(const Decision& decision);

bool Matches(const RuleSet& rules, const Rule& rule,
             const Connection& connection);

// Whether a connection needs an allow.
bool IsGoverned(const RuleSet& rules, const Connection& connection);

// "left alone", "allowed", "denied".
std::string_view ToString(Verdict verdict);

// "server name", "ALPN protocol", "key exchange", "start of TLS".
std::string_view ToString(TlsList list);

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_DECIDE_H_
