#include "compiler/polc/variable_flags.h"

#include <map>
#include <string>

namespace pol::polc {
namespace {

constexpr char kVar[] = "--var";
constexpr char kVarFile[] = "--var-file";

void Add(CLI::App& command, const std::string& name, const std::string& help) {
  // What was given is asked of the option itself: only there it has an order.
  command
      .add_option(
          name, [](const CLI::results_t&) { return true; }, help)
      ->type_name("TEXT")
      ->expected(1)
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace

void AddVariableFlags(CLI::App& command) {
  Add(command, kVar, "NAME=VALUE, the value of a variable; may be repeated");
  Add(command, kVarFile,
      "a file of lines `name = value`, beside the folder's *.auto.polvars; may "
      "be repeated");
}

std::vector<driver::VariableFlag> VariableFlags(const CLI::App& command) {
  std::vector<driver::VariableFlag> flags;
  std::map<const CLI::Option*, size_t> taken;
  for (const CLI::Option* option : command.parse_order()) {
    const std::string name = option->get_name();
    if (name != kVar && name != kVarFile) continue;
    flags.push_back({name == kVarFile, option->results().at(taken[option]++)});
  }
  return flags;
}

}  // namespace pol::polc
