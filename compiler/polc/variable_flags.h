// The flags that give values to the variables of a policy.
#ifndef POL_COMPILER_POLC_VARIABLE_FLAGS_H_
#define POL_COMPILER_POLC_VARIABLE_FLAGS_H_

#include <CLI/CLI.hpp>
#include <vector>

#include "compiler/driver/variables.h"

namespace pol::polc {

// Adds `--var NAME=VALUE` and `--var-file PATH`, each as often as wanted.
void AddVariableFlags(CLI::App& command);

// What was given to them, in the order of the command line, which is the order
// of precedence. For the callback of a command that has these flags.
std::vector<driver::VariableFlag> VariableFlags(const CLI::App& command);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_VARIABLE_FLAGS_H_
