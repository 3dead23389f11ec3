// The policy as a flat, sorted, target-neutral set of rules: what every back
// end reads.
//
// Identities are numbered; everything refers to them by number. Number 0 is
// "unknown", the identity of an address that nothing claims. Then come the
// SPIFFE IDs that the policy names, then one *region* for every group of the
// (infinitely many) other SPIFFE IDs that its patterns tell apart: what holds
// for a region's example holds for each of its members. So every set of
// identities that a policy can speak of is a finite set of numbers, and
// questions about it have exact answers.
//
// Lists are sorted as their comments say, so that the order in which an author
// wrote things never shows. Verify() checks all of it.
#ifndef POL_COMPILER_IR_RULE_SET_H_
#define POL_COMPILER_IR_RULE_SET_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/support/source.h"
#include "compiler/values/capability_set.h"
#include "compiler/values/cidr.h"
#include "compiler/values/file_context.h"
#include "compiler/values/port_range.h"
#include "compiler/values/protocol.h"
#include "compiler/values/spiffe_id.h"
#include "compiler/values/tls_version.h"

namespace pol::ir {

// Where something was written; line from 1, 0 when nowhere. `span` is the same
// place in the SourceSet of the run, for diagnostics; it takes no part in
// comparisons.
struct Origin {
  std::string file;
  uint32_t line = 0;
  support::Span span;

  friend bool operator==(const Origin& a, const Origin& b) {
    return a.file == b.file && a.line == b.line;
  }
};

using IdentityNumber = uint32_t;
inline constexpr IdentityNumber kUnknown = 0;

struct Identity {
  values::SpiffeId id;  // empty for kUnknown; of a region: an example
  bool region = false;
  // Of a region: what its members match, for people ("spiffe://gov.cn/ns/*").
  std::string pattern;
  bool governed_ingress = false;  // a connection to it needs an allow
  bool governed_egress = false;   // a connection from it needs an allow
  bool borne = false;             // a workload or endpoint bears it
  // Of the workload that makes it governed, else of its first mention.
  Origin origin;
};

// Position in RuleSet::sets. See sets.h for how they come to be.
using SetNumber = uint32_t;
using IdentitySet = std::vector<IdentityNumber>;  // ascending, each once

// Which processes bear an identity; all that is set must hold.
struct Workload {
  std::string name;
  IdentityNumber identity = kUnknown;
  std::string systemd_unit;
  std::string cgroup;
  std::string user;
  std::string exec;  // absolute path of the program
  Origin origin;
};

struct Address {
  values::Cidr cidr;
  IdentityNumber identity = kUnknown;
  Origin origin;
};

// Ports that a workload says it serves (`listen`), of a protocol that has them.
struct Listener {
  IdentityNumber identity = kUnknown;
  std::string workload;
  values::Protocol protocol = values::Protocol::kTcp;
  values::PortRange ports;
  Origin origin;
};

enum class Effect { kAllow, kDeny };
enum class Mode { kEnforce, kAudit };

// What a rule asks of TLS. An empty list asks for nothing; of a list, one has
// to be met.
struct TlsRequirement {
  values::TlsVersion min_version = values::TlsVersion::kTls12;
  std::vector<std::string> server_names;   // ascending
  std::vector<std::string> alpn;           // ascending
  std::vector<std::string> key_exchange;   // ascending, canonical names
  std::vector<std::string> cipher_suites;  // ascending, canonical names
  // How TLS begins: "none" (with the first byte), "postgres", "smtp", …; empty:
  // either way.
  std::string starttls;

  friend bool operator==(const TlsRequirement&,
                         const TlsRequirement&) = default;
};

// A rule with an empty set or without ports matches nothing.
struct Rule {
  std::string name;
  Effect effect = Effect::kAllow;
  Mode mode = Mode::kEnforce;
  SetNumber sources = 0;
  SetNumber targets = 0;
  // Ascending, neither overlapping nor adjacent. PortRange::None() of a
  // protocol without ports.
  std::vector<values::PortRange> ports;
  values::Protocol protocol = values::Protocol::kTcp;
  std::optional<TlsRequirement> tls;  // unset: TLS is not asked for
  // The peer's identity must be proved by the connection itself.
  bool connection_authentication = false;
  std::optional<int64_t> not_after;  // Unix seconds; the last one of the rule
  std::string reason;

  Origin origin;
  Origin source_origin;
  Origin target_origin;
  Origin port_origin;
  Origin tls_origin;
};

struct File {
  std::string path;
  std::optional<values::FileContext> context;
  bool manages_capabilities = false;
  // Unset though managed: none.
  std::optional<values::CapabilitySet> capabilities;
  // The user ID of the root of the user namespaces where they count; 0: the
  // host's.
  uint32_t capabilities_rootid = 0;
  std::string workload;  // whose block holds it; empty when none does
  Origin origin;
  Origin context_origin;
  bool report_drift = false;  // what differs later is not put back
};

struct Fcontext {
  std::string path;
  values::FileKind kind = values::FileKind::kAny;
  std::optional<values::FileContext> context;  // unset: <<none>>
  Origin origin;
  Origin context_origin;
  bool report_drift = false;  // as of a File
};

// What file contexts alone cannot say of SELinux.
struct SelinuxBoolean {
  std::string name;
  bool on = false;
  Origin origin;
};
struct SelinuxPort {
  values::Protocol protocol = values::Protocol::kTcp;
  values::PortRange ports;
  std::string type;  // "http_port_t"
  Origin origin;
};
struct SelinuxPermissive {
  std::string type;  // a domain, "httpd_t"
  Origin origin;
};
// What is at or below `path` is labelled as if it were at `equal_to`.
struct SelinuxEquivalence {
  std::string path;
  std::string equal_to;
  Origin origin;
};

// TLS as it was seen on one connection. Names that were not seen are empty.
struct SeenTls {
  values::TlsVersion version = values::TlsVersion::kTls13;
  std::string server_name;
  std::string alpn;
  std::string group;  // of the key exchange
  std::string cipher_suite;
  std::string starttls;  // "none", "postgres", …

  friend bool operator==(const SeenTls&, const SeenTls&) = default;
};

enum class Verdict {
  kLeftAlone,  // neither end is governed in this direction
  kAllow,
  kDeny,
};

// A `test` block about one connection.
struct ConnectTest {
  std::string name;
  IdentityNumber source = kUnknown;
  IdentityNumber target = kUnknown;
  values::Protocol protocol = values::Protocol::kTcp;
  uint16_t port = 0;
  std::optional<SeenTls> seen;  // unset: in clear text
  Verdict expect = Verdict::kAllow;
  std::optional<size_t> by;  // position of the rule that has to decide
  Origin origin;
  Origin expect_origin;
  Origin by_origin;
};

// A `test` block about the label of one path.
struct PathTest {
  std::string name;
  std::string path;
  values::FileKind kind = values::FileKind::kFile;
  std::string expect;  // a context, or "<<none>>"
  Origin origin;
  Origin expect_origin;
};

// A statement about all connections of a box. Rules under `mode = "audit"` do
// not count.
struct Invariant {
  enum class Kind {
    kNever,   // no connection of the box gets through
    kOnly,    // whoever gets through to `targets` is of `sources`
    kAlways,  // every connection of the box gets through
  };
  // Which connections of the box are meant.
  enum class Encryption {
    kAny,        // all of them, by whatever TLS they like or none
    kClearText,  // those without TLS
    kTls,        // those with TLS of whatever kind they like
    kVersion,    // those with TLS of exactly `version`
  };
  std::string name;
  Kind kind = Kind::kNever;
  SetNumber sources = 0;
  SetNumber targets = 0;
  // As in Rule, of the protocols that have ports.
  std::vector<values::PortRange> ports;
  std::vector<values::Protocol> protocols;  // ascending, at least one
  Encryption encryption = Encryption::kAny;
  values::TlsVersion version = values::TlsVersion::kTls13;
  Origin origin;

  // Those of the box on one of its protocols.
  std::vector<values::PortRange> ports_on(values::Protocol protocol) const {
    if (values::HasPorts(protocol)) return ports;
    return {values::PortRange::None()};
  }
};

// Silences findings until a date: of a code, about a rule or a workload, or of
// an invariant. Whatever is set must hold; something is.
struct Waiver {
  std::string name;
  uint16_t code = 0;           // of the diagnostic; 0: any
  std::optional<size_t> rule;  // position in RuleSet::rules
  std::string workload;        // of a finding about one
  std::string invariant;       // its name; empty: it is about a rule
  int64_t not_after = 0;       // Unix seconds; the last one it holds
  std::string reason;
  Origin origin;
};

struct RuleSet {
  // kUnknown, then the named ones by SPIFFE ID, then regions by example.
  std::vector<Identity> identities;
  IdentityNumber named = 1;                      // numbers below it: no regions
  std::vector<IdentitySet> sets;                 // ascending, each once
  std::vector<Workload> workloads;               // by name
  std::vector<Address> addresses;                // by block, each once
  std::vector<Listener> listeners;               // by identity, protocol, ports
  std::vector<Rule> rules;                       // by name
  std::vector<File> files;                       // by path
  std::vector<Fcontext> fcontexts;               // by path, kind
  std::vector<SelinuxBoolean> booleans;          // by name
  std::vector<SelinuxPort> selinux_ports;        // by protocol, ports
  std::vector<SelinuxPermissive> permissive;     // by type
  std::vector<SelinuxEquivalence> equivalences;  // by path
  std::vector<ConnectTest> tests;                // by name
  std::vector<PathTest> path_tests;              // by name
  std::vector<Invariant> invariants;             // by name
  std::vector<Waiver> waivers;                   // by name

  const IdentitySet& sources(const Rule& rule) const {
    return sets[rule.sources];
  }
  const IdentitySet& targets(const Rule& rule) const {
    return sets[rule.targets];
  }
};

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_RULE_SET_H_
