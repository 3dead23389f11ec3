// What a change of bundle means for connections: which become possible, which
// no longer are, which have to use TLS now.
//
// Both bundles are asked through their tables (bundle::Lookup), so the answer
// is the kernel's. A connection that no bundle governs was left alone, which
// counts as allowed. Identities of which a bundle knows nothing are "unknown"
// to it.
#ifndef POL_AGENT_APPLY_EFFECTS_H_
#define POL_AGENT_APPLY_EFFECTS_H_

#include "agent/apply/report.pb.h"
#include "compiler/bundle/bundle.pb.h"

namespace pol::apply {

// At most this many effects are listed, and this many names in each.
inline constexpr int kMaxEffects = 200;
inline constexpr int kMaxNames = 8;

// Fills `counts`, `effects` and `effects_left_out`. `active` is null when no
// policy is in force.
void AddEffects(const bundle::v1::Bundle* active,
                const bundle::v1::Bundle& target, v1::Plan* plan);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_EFFECTS_H_
