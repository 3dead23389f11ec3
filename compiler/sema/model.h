// What a policy folder says, with every name resolved and every value typed.
//
// A Model is finished when Analyze() returns it: nothing later adds to it. It
// keeps what the author wrote as nouns (identities, workloads, endpoints,
// policies, files); what follows from it (rules, classes, tables) is the
// business of later stages. References are positions in the vectors below. Each
// part keeps the spans that a diagnostic or a refusal has to show.
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
#include "compiler/values/tls_version.h"

namespace pol::sema {

using support::Span;

// Position in Model::identities.
using IdentityRef = uint32_t;

// One SPIFFE ID, however often it is written; `span` is where it is written
// first (an `identity` block wins over a mention).
struct Identity {
  values::SpiffeId id;
  std::string name;  // of the `identity` block; empty without one
  Span span;
};

// In which direction a workload's connections need an allow.
enum class Enforce { kBoth, kIngress, kEgress };

// Which processes bear an identity. At least one selector is set.
struct Workload {
  std::string name;
  IdentityRef identity = 0;
  std::optional<std::string> systemd_unit;  // "postgresql.service"
  std::optional<std::string> cgroup;    // "/finance", below the managed cgroup
  std::optional<std::string> user;      // login name or decimal uid
  std::vector<values::Cidr> addresses;  // where it is known to be reached
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

struct Tls {
  values::TlsVersion min_version = values::TlsVersion::kTls12;
  Span span;
};

struct Policy {
  std::string name;
  Effect effect = Effect::kAllow;
  Mode mode = Mode::kEnforce;
  std::vector<IdentityRef> sources;  // in source order, without duplicates
  std::vector<IdentityRef> targets;
  std::vector<values::PortRange> ports;  // as written
  values::Protocol protocol = values::Protocol::kTcp;
  std::optional<Tls> tls;
  std::string reason;

  Span span;  // the label
  Span source_span;
  Span target_span;
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
  Span span;
};

// An `fcontext` block: a rule for a tree of files. No context means `<<none>>`.
struct Fcontext {
  std::string path;  // a regular expression as file_contexts(5) has it
  values::FileKind kind = values::FileKind::kAny;
  std::optional<values::FileContext> context;
  Span span;
};

struct Model {
  std::vector<Identity> identities;  // in order of first appearance
  std::vector<Workload> workloads;
  std::vector<Endpoint> endpoints;
  std::vector<Policy> policies;
  std::vector<File> files;
  std::vector<Fcontext> fcontexts;
};

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_MODEL_H_
