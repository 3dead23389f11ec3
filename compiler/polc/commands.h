// The commands of polc. Each adds itself to the program and, when it is called,
// leaves its exit code in `exit_code`.
#ifndef POL_COMPILER_POLC_COMMANDS_H_
#define POL_COMPILER_POLC_COMMANDS_H_

#include <CLI/CLI.hpp>

namespace pol::polc {

void AddCheck(CLI::App& app, int& exit_code);
void AddCompile(CLI::App& app, int& exit_code);
void AddExplain(CLI::App& app, int& exit_code);
void AddHcldec(CLI::App& app, int& exit_code);

// plan, apply, rollback, status, observe, remove: what concerns this host.
void AddHostCommands(CLI::App& app, int& exit_code);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_COMMANDS_H_
