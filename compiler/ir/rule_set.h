// The policy as a flat, sorted, target-neutral set of rules: what every back
// end reads.
//
// Identities are numbered; everything refers to them by number. Number 0 is
// "unknown", the identity of an address that nothing claims. Lists are sorted
// as their comments say, so that the order in which an author wrote things
// never shows. Verify() checks all of it.
#ifndef POL_COMPILER_IR_RULE_SET_H_
#define POL_COMPILER_IR_RULE_SET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/values/capability_set.h"
#include "compiler/values/cidr.h"
#include "compiler/values/file_context.h"
#include "compiler/values/port_range.h"
#include "compiler/values/protocol.h"
#include "compiler/values/spiffe_id.h"
#include "compiler/values/tls_version.h"

namespace pol::ir {

// Where something was written; line from 1, 0 when nowhere.
struct Origin {
  std::string file;
  uint32_t line = 0;

  friend bool operator==(const Origin&, const Origin&) = default;
};

using IdentityNumber = uint32_t;
inline constexpr IdentityNumber kUnknown = 0;

struct Identity {
  values::SpiffeId id;            // empty for kUnknown
  bool governed_ingress = false;  // a connection to it needs an allow
  bool governed_egress = false;   // a connection from it needs an allow
  // Of the workload that makes it governed, else of its first mention.
  Origin origin;
};

// Which processes bear an identity; all that is set must hold.
struct Workload {
  std::string name;
  IdentityNumber identity = kUnknown;
  std::string systemd_unit;
  std::string cgroup;
  std::string user;
  Origin origin;
};

struct Address {
  values::Cidr cidr;
  IdentityNumber identity = kUnknown;
  Origin origin;
};

enum class Effect { kAllow, kDeny };
enum class Mode { kEnforce, kAudit };

struct Rule {
  std::string name;
  Effect effect = Effect::kAllow;
  Mode mode = Mode::kEnforce;
  std::vector<IdentityNumber> sources;  // ascending
  std::vector<IdentityNumber> targets;  // ascending
  // Ascending, neither overlapping nor adjacent.
  std::vector<values::PortRange> ports;
  values::Protocol protocol = values::Protocol::kTcp;
  std::optional<values::TlsVersion> min_tls;  // unset: TLS is not asked for
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
  Origin origin;
};

struct Fcontext {
  std::string path;
  values::FileKind kind = values::FileKind::kAny;
  std::optional<values::FileContext> context;  // unset: <<none>>
  Origin origin;
};

struct RuleSet {
  std::vector<Identity> identities;  // kUnknown first, then by SPIFFE ID
  std::vector<Workload> workloads;   // by name
  std::vector<Address> addresses;    // by block, each once
  std::vector<Rule> rules;           // by name
  std::vector<File> files;           // by path
  std::vector<Fcontext> fcontexts;   // by path, kind
};

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_RULE_SET_H_
