// Completion of polc's commands and flags in a shell.
#ifndef POL_COMPILER_POLC_COMPLETION_H_
#define POL_COMPILER_POLC_COMPLETION_H_

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pol::polc {

// "bash", "fish" and "zsh".
const std::vector<std::string>& Shells();

// A script for one of Shells() that knows the commands of `app`, their flags
// and the words that a flag takes, and completes paths elsewhere.
std::string CompletionScript(const CLI::App& app, std::string_view shell);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_COMPLETION_H_
