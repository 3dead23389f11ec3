// RuleSet -> what each file's security.capability attribute shall hold
// (capabilities(7)).
//
//   file "/bin/ping" { capabilities = ["cap_net_raw"] }  cap_net_raw=ep
//   file "/bin/top"  { capabilities = [] }               none
//
// "none" is the absence of the attribute. The empty set, "=", is an attribute
// that takes the powers of root from a setuid-root program; the two are never
// confused.
#ifndef POL_COMPILER_FILECAPS_CAPABILITY_RECORDS_H_
#define POL_COMPILER_FILECAPS_CAPABILITY_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "compiler/ir/rule_set.h"

namespace pol::filecaps {

struct CapabilityRecord {
  std::string path;
  std::optional<values::CapabilitySet> set;  // unset: none
  uint32_t rootid = 0;  // of revision 3; 0: the host's root, revision 2
  ir::Origin origin;
};

// Only the files whose capabilities are managed, by path.
std::vector<CapabilityRecord> CapabilityRecords(const ir::RuleSet& rules);

std::string Dump(const std::vector<CapabilityRecord>& records);

}  // namespace pol::filecaps

#endif  // POL_COMPILER_FILECAPS_CAPABILITY_RECORDS_H_
