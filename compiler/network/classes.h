// The partition of identities into classes that no rule can tell apart.
#ifndef POL_COMPILER_NETWORK_CLASSES_H_
#define POL_COMPILER_NETWORK_CLASSES_H_

#include <vector>

#include "compiler/ir/rule_set.h"
#include "compiler/network/tables.h"

namespace pol::network {

struct Classes {
  std::vector<ClassNumber> of;  // by identity number
  // By class: its lowest identity.
  std::vector<ir::IdentityNumber> representatives;
};

// Two identities share a class when the same rules name them as source and as
// target and they are governed alike. Classes are numbered by their lowest
// identity.
Classes BuildClasses(const ir::RuleSet& rules);

}  // namespace pol::network

#endif  // POL_COMPILER_NETWORK_CLASSES_H_
