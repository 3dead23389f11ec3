// The commands of polc. Each adds itself to the program and, when it is called,
// leaves its exit code in `exit_code`.
#ifndef POL_COMPILER_POLC_COMMANDS_H_
#define POL_COMPILER_POLC_COMMANDS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace pol::polc {

// All of them, with what stands around them in --help.
void AddCommands(CLI::App& app, int& exit_code);

void AddCheck(CLI::App& app, int& exit_code);
void AddCompile(CLI::App& app, int& exit_code);
void AddCompletion(CLI::App& app, int& exit_code);
// doctor: whether this host can hold a policy.
void AddDoctor(CLI::App& app, int& exit_code);
void AddExplain(CLI::App& app, int& exit_code);
void AddLsp(CLI::App& app, int& exit_code);
void AddFmt(CLI::App& app, int& exit_code);
void AddInit(CLI::App& app, int& exit_code);
void AddTest(CLI::App& app, int& exit_code);
void AddHcldec(CLI::App& app, int& exit_code);

// plan, show, apply, snapshot, rollback, status, observe, remove: what concerns
// this host.
void AddHostCommands(CLI::App& app, int& exit_code);

// What the program was called with, without its own name, the flags of `fmt`
// and `-out` of `plan` with two dashes: fingers know them with one.
std::vector<std::string> Arguments(int argc, const char* const* argv);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_COMMANDS_H_
