// The flags of every command that reads a policy folder.
#ifndef POL_COMPILER_POLC_POLICY_FLAGS_H_
#define POL_COMPILER_POLC_POLICY_FLAGS_H_

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/compile.h"
#include "compiler/support/status.h"

namespace pol::polc {

struct PolicyFlags {
  std::string path = ".";
  std::vector<driver::VariableFlag> variables;  // in the order given
  std::string today;                            // RFC 3339; empty: now
  bool notes = false;
  // Whose SELinux policy names are compared with: a folder laid out as a root,
  // or empty for this host; unset for commands that compare nothing.
  std::optional<std::string> target;
};

// Adds `path`, --var, --var-file and --today. `flags` outlives `command`.
void AddPolicyFlags(CLI::App& command, PolicyFlags& flags);

// The same without the path, for commands that take other things there too.
void AddVariableFlags(CLI::App& command, PolicyFlags& flags);

// Adds --target.
void AddTargetFlag(CLI::App& command, PolicyFlags& flags);
void AddTargetFlag(CLI::App& command, PolicyFlags& flags,
                   const std::string& help);

// Adds --notes.
void AddNotesFlag(CLI::App& command, PolicyFlags& flags);

// kInvalidArgument for a day that is none; any error for a target that cannot
// be read.
absl::StatusOr<driver::Options> OptionsOf(const PolicyFlags& flags);

// Compiles the folder.
absl::StatusOr<driver::Compilation> Compile(const PolicyFlags& flags);

}  // namespace pol::polc

#endif  // POL_COMPILER_POLC_POLICY_FLAGS_H_
