// Provenance: from what the kernel or a fence reports back to the line that
// said so.
#ifndef POL_COMPILER_BUNDLE_ORIGIN_H_
#define POL_COMPILER_BUNDLE_ORIGIN_H_

#include <cstdint>
#include <string>

#include "compiler/bundle/bundle.pb.h"

namespace pol::bundle {

// "db-access.pol:4", or "" when the origin is not set.
std::string Text(const v1::Origin& origin);

// The SPIFFE ID of an identity, "unknown" for 0 and for an index the bundle
// does not have.
std::string IdentityName(const v1::Bundle& bundle, uint32_t identity);

// One connection as the network fence sees it. Identities are indices into the
// bundle.
struct Flow {
  uint32_t source = 0;
  uint32_t target = 0;
  uint32_t protocol = 0;
  uint16_t port = 0;
};

// Why no rule allowed a flow: the allow rule that agrees with it in the most
// dimensions (source, target, port and protocol), and the line of the first
// dimension that differs. Without such a rule: the workload that makes one end
// governed.
struct Nearest {
  v1::Origin origin;
  std::string text;  // "policy db-access admits only port 5432"
};
Nearest ExplainDefaultDeny(const v1::Bundle& bundle, const Flow& flow);

// What the tables of a bundle say about a flow.
struct TableDecision {
  const v1::Cell* cell = nullptr;  // null: the default decides
  bool governed = false;  // default is deny; otherwise the flow is left alone
};
TableDecision Lookup(const v1::Bundle& bundle, const Flow& flow);

}  // namespace pol::bundle

#endif  // POL_COMPILER_BUNDLE_ORIGIN_H_
