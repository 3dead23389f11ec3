// A connect test as the text of a `test` block.
#ifndef POL_COMPILER_TESTRUN_TEST_BLOCK_H_
#define POL_COMPILER_TESTRUN_TEST_BLOCK_H_

#include <string>

#include "compiler/ir/rule_set.h"
#include "compiler/testrun/names.h"

namespace pol::testrun {

// Laid out as `polc fmt` does it; ends with a newline.
std::string TestBlock(const ir::RuleSet& rules, const Names& names,
                      const ir::ConnectTest& test);

// A name that says what the test is about: "app may reach pg on tcp 5432 with
// TLS 1.3", "web may not reach pg on tcp 5432 in clear text".
std::string TestName(const Names& names, const ir::ConnectTest& test);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_TEST_BLOCK_H_
