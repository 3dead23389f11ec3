// Whether a RuleSet keeps its promises. A failure is a defect of the compiler,
// not of a policy.
#ifndef POL_COMPILER_IR_VERIFY_H_
#define POL_COMPILER_IR_VERIFY_H_

#include <string>

#include "compiler/ir/rule_set.h"

namespace pol::ir {

// Empty when every number is in range and every list is sorted as rule_set.h
// says; else the first thing that is not so.
std::string Verify(const RuleSet& rules);

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_VERIFY_H_
