#include <iostream>
#include <memory>
#include <string>

#include "compiler/hcldec/run.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

int Hcldec(const hcldec::Arguments& arguments) {
  const absl::StatusOr<hcldec::Result> result = hcldec::Run(arguments);
  if (!result.ok()) return Fail(result.status());
  PrintData(result->out);
  std::cerr << result->diagnostics;
  return result->diagnostics.empty() ? kOk : kError;
}

}  // namespace

void AddHcldec(CLI::App& app, int& exit_code) {
  auto arguments = std::make_shared<hcldec::Arguments>();
  auto diags = std::make_shared<std::string>("json");
  CLI::App* command = app.add_subcommand(
      "hcldec",
      "Decode a file as HashiCorp's hcldec does, for HashiCorp's conformance "
      "suite");
  command->group("");  // for developers of polc; not in the help
  command->add_option("--spec", arguments->spec, "the specification")
      ->required();
  command->add_option("--diags", *diags, "how diagnostics are written")
      ->check(CLI::IsMember({"json"}));
  command->add_flag("--with-type", arguments->with_type,
                    "print the type of the value too");
  command->add_flag("--keep-nulls", arguments->keep_nulls,
                    "print attributes that are null");
  command->add_flag("--var-refs", arguments->references,
                    "print the names that the input uses");
  command->add_option("input", arguments->input, "the file")->required();
  command->callback(
      [arguments, diags, &exit_code] { exit_code = Hcldec(*arguments); });
}

}  // namespace pol::polc
