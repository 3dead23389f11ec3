// plan, show, apply, snapshot: the commands that bring a policy to a host.
#ifndef POL_COMPILER_POLC_PLAN_H_
#define POL_COMPILER_POLC_PLAN_H_

#include <CLI/CLI.hpp>

namespace pol::polc {

void AddPlanCommands(CLI::App& app, int& exit_code);

// Whether an answer to "apply this?" is a yes.
bool IsYes(const std::string& answer);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_PLAN_H_
