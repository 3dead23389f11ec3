// Whether the target's SELinux policy has what the rules name, and whether it
// can be used for what they use it for.
#ifndef POL_COMPILER_TARGET_CHECK_NAMES_H_
#define POL_COMPILER_TARGET_CHECK_NAMES_H_

#include <string>

#include "compiler/diag/sink.h"
#include "compiler/ir/rule_set.h"
#include "compiler/target/target_policy.h"

namespace pol::target {

// Needs: origins with spans. What a policy cannot say, since it has no
// attribute by which to tell, is not asked.
void CheckNames(const ir::RuleSet& rules, const TargetPolicy& policy,
                diag::Sink& sink);

// Says, at the first rule, that so many findings about the target's file
// contexts are left out since libselinux does not confirm them, or why there
// are none.
void SayUnconfirmed(const ir::RuleSet& rules, const std::string& why,
                    diag::Sink& sink);

// Says, at the first name of SELinux, that there is no policy to compare it
// with.
void SayNotCompared(const ir::RuleSet& rules, diag::Sink& sink);

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_CHECK_NAMES_H_
