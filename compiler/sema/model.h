// What a policy folder and its modules say, with every name resolved and every
// value typed.
//
// A Model is finished when Analyze() returns it: nothing later adds to it. It
// keeps what the author wrote as nouns (identities, workloads, policies, …);
// what follows from it (rules, classes, tables) is the business of later
// stages. References are positions in the vectors below. What a module
// declares bears the name of the call in front: `net.db` is `db` of
// `module "net"`. Each part keeps the spans that a diagnostic or a refusal has
// to show.
#ifndef POL_COMPILER_SEMA_MODEL_H_
#define POL_COMPILER_SEMA_MODEL_H_

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
#include "compiler/values/spiffe_pattern.h"
#include "compiler/values/tls_version.h"

namespace pol::sema {

using support::Span;

using IdentityRef = uint32_t;  // position in Model::identities
using PatternRef = uint32_t;   // position in Model::patterns
using SetRef = uint32_t;       // position in Model::identity_sets
using PolicyRef = uint32_t;    // position in Model::policies
using WorkloadRef = uint32_t;  // position in Model::workloads

// One SPIFFE ID, however often it is written; `span` is where it is written
// first (an `identity` block wins over a mention).
struct Identity {
  values::SpiffeId id;
  std::string name;  // of the `identity` block; empty without one
  Span span;
};

// The same for a pattern.
struct Pattern {
  values::SpiffePattern pattern;
  std::string name;
  Span span;
};

// Whom something speaks of: the union of all parts.
struct Peers {
  std::vector<IdentityRef> identities;  // in source order, without duplicates
  std::vector<PatternRef> patterns;
  std::vector<SetRef> sets;
  bool unknown = false;  // addresses that nothing claims
  bool any = false;      // everybody, the unknown included
  Span span;             // the attribute
};

struct IdentitySet {
  std::string name;
  Peers include;
  Peers exclude;
  Span span;  // the label
};

struct TrustDomain {
  std::string name;
  std::string bundle;  // path of a file; may be empty
  std::vector<std::string> federates_with;
  std::optional<int64_t> max_svid_ttl;  // seconds
  Span span;                            // the label
};

// In which direction a workload's connections need an allow.
enum class Enforce { kBoth, kIngress, kEgress };

// Ports that a workload serves.
struct Listen {
  values::Protocol protocol = values::Protocol::kTcp;
  std::vector<values::PortRange> ports;  // as written
  Span span;                             // the ports
};

// Which processes bear an identity. At least one selector is set.
struct Workload {
  std::string name;
  IdentityRef identity = 0;
  std::optional<std::string> systemd_unit;  // "postgresql.service"
  std::optional<std::string> cgroup;    // "/finance", below the managed cgroup
  std::optional<std::string> exec;      // absolute path
  std::optional<std::string> user;      // login name or decimal uid
  std::vector<values::Cidr> addresses;  // where it is known to be reached
  std::vector<Listen> listens;
  Enforce enforce = Enforce::kBoth;
  Span span;  // the label
};

// A peer without an agent, known by its addresses. It is not governed.
struct Endpoint {
  std::string name;
  IdentityRef identity = 0;
  std::vector<values::Cidr> addresses;
  Span span;
};

enum class Effect { kAllow, kDeny };
enum class Mode { kEnforce, kAudit };

// Lists are sorted; an empty one asks for nothing.
struct Tls {
  values::TlsVersion min_version = values::TlsVersion::kTls12;
  std::vector<std::string> server_names;
  std::vector<std::string> alpn;
  std::vector<std::string> key_exchange;   // IANA names
  std::vector<std::string> cipher_suites;  // IANA names
  std::string starttls;                    // "" when not said
  Span span;
};

struct Policy {
  std::string name;
  Effect effect = Effect::kAllow;
  Mode mode = Mode::kEnforce;
  Peers sources;
  Peers targets;
  // As written; none when an expression gave an empty list.
  std::vector<values::PortRange> ports;
  values::Protocol protocol = values::Protocol::kTcp;
  std::optional<Tls> tls;
  bool connection_authentication = false;
  std::optional<int64_t> not_after;  // Unix time, seconds
  std::string reason;

  Span span;  // the label
  Span port_span;
};

// A `file` block: one path, its label and its capabilities.
struct File {
  std::string path;
  std::optional<values::FileContext> context;
  // Unset: not managed. An engaged optional without a value inside is spelled
  // by `capabilities = []`: the file shall carry none.
  bool manages_capabilities = false;
  std::optional<values::CapabilitySet> capabilities;
  // Of the root of the user namespaces where they count; 0: of the host.
  uint32_t capabilities_rootid = 0;
  std::optional<WorkloadRef> workload;  // that holds the block
  bool report_drift = false;            // what differs later is not put back
  Span span;
  Span context_span;
  Span capabilities_span;
};

// An `fcontext` block: a rule for a tree of files. No context means `<<none>>`.
struct Fcontext {
  std::string path;  // a regular expression as file_contexts(5) has it
  values::FileKind kind = values::FileKind::kAny;
  std::optional<values::FileContext> context;
  bool report_drift = false;  // as of a File
  Span span;
  Span context_span;
};

// The parts of `selinux` blocks.
struct SelinuxBoolean {
  std::string name;
  bool value = false;
  Span span;
};
struct SelinuxPort {
  std::string type;
  values::Protocol protocol = values::Protocol::kTcp;
  values::PortRange ports;
  Span span;
};
struct SelinuxPermissive {
  std::string type;
  Span span;
};
struct SelinuxEquivalence {
  std::string path;
  std::string equal_to;
  Span span;
  Span equal_to_span;
};

// What a connection's TLS is or must be: any, none, or of a version.
struct TlsState {
  enum class Kind { kEither, kClear, kTls } kind = Kind::kEither;
  std::optional<values::TlsVersion> version;  // exactly this, of kTls
};

// `test` with a `connect` block.
struct ConnectTest {
  enum class Expect { kAllow, kDeny, kUnmanaged };
  std::string name;
  Peers from;  // one identity, or the unknown one
  Peers to;
  uint16_t port = 0;
  values::Protocol protocol = values::Protocol::kTcp;
  std::optional<values::TlsVersion> tls;  // unset: in clear text
  std::string server_name;
  std::string alpn;
  std::string key_exchange;
  std::string cipher_suite;
  std::string starttls;
  Expect expect = Expect::kAllow;
  std::optional<PolicyRef> by;
  Span span;         // the label
  Span expect_span;  // the attribute
  Span by_span;      // the attribute; of the label without one
};

// `test` with a `path`.
struct PathTest {
  std::string name;
  std::string path;
  values::FileKind kind = values::FileKind::kFile;
  std::string expect;  // a context or "<<none>>"
  Span span;
  Span expect_span;
};

// An `invariant` block that speaks of connections.
struct Invariant {
  enum class Kind { kNever, kOnly, kAlways };
  std::string name;
  Kind kind = Kind::kNever;
  Peers from;  // `any` when not said
  Peers to;
  std::vector<values::PortRange> ports;  // empty: every port
  std::optional<values::Protocol> protocol;
  TlsState tls;
  Span span;  // the label
};

// `equivalent_to = "git:REV"`.
struct Equivalence {
  std::string name;
  std::string revision;  // without `git:`
  Span span;             // the attribute
};

struct Waiver {
  std::string name;
  std::string invariant;  // its name, or empty
  uint16_t code = 0;      // of the finding, or 0
  std::optional<PolicyRef> policy;
  std::optional<WorkloadRef> workload;
  int64_t not_after = 0;  // Unix time, seconds
  std::string reason;
  Span span;  // the label
};

struct Model {
  std::vector<Identity> identities;  // in order of first appearance
  std::vector<Pattern> patterns;
  std::vector<IdentitySet> identity_sets;
  std::vector<TrustDomain> trust_domains;
  std::vector<Workload> workloads;
  std::vector<Endpoint> endpoints;
  std::vector<Policy> policies;
  std::vector<File> files;
  std::vector<Fcontext> fcontexts;
  std::vector<SelinuxBoolean> booleans;
  std::vector<SelinuxPort> selinux_ports;
  std::vector<SelinuxPermissive> permissives;
  std::vector<SelinuxEquivalence> selinux_equivalences;
  std::vector<ConnectTest> connect_tests;
  std::vector<PathTest> path_tests;
  std::vector<Invariant> invariants;
  std::vector<Equivalence> equivalences;
  std::vector<Waiver> waivers;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_MODEL_H_
