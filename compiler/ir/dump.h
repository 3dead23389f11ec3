// A RuleSet as text for people and golden tests: one line a fact, stable.
#ifndef POL_COMPILER_IR_DUMP_H_
#define POL_COMPILER_IR_DUMP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/ir/rule_set.h"

namespace pol::ir {

std::string Dump(const RuleSet& rules);

// "db.pol:4"; empty when nowhere.
std::string ToString(const Origin& origin);

// The SPIFFE ID, or "unknown".
std::string Name(const RuleSet& rules, IdentityNumber identity);

// "5432,6432-6439"
std::string ToString(const std::vector<values::PortRange>& ports);

// "2027-06-30T00:00:00Z"
std::string Date(int64_t seconds);

}  // namespace pol::ir

#endif  // POL_COMPILER_IR_DUMP_H_
