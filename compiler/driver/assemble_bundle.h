// The last stage: rules, tables and records become the message that crosses to
// the agent.
#ifndef POL_COMPILER_DRIVER_ASSEMBLE_BUNDLE_H_
#define POL_COMPILER_DRIVER_ASSEMBLE_BUNDLE_H_

#include <vector>

#include "compiler/bundle/bundle.pb.h"
#include "compiler/filecaps/capability_records.h"
#include "compiler/ir/rule_set.h"
#include "compiler/network/tables.h"
#include "compiler/selinux/fcontext_records.h"

namespace pol::driver {

// Everything the back ends made from one RuleSet.
struct Artefacts {
  network::Tables tables;
  std::vector<selinux::FcontextRecord> fcontexts;
  std::vector<filecaps::CapabilityRecord> capabilities;
};

bundle::v1::Bundle AssembleBundle(const ir::RuleSet& rules,
                                  const Artefacts& artefacts);

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_ASSEMBLE_BUNDLE_H_
