#include <map>
#include <memory>
#include <string>

#include "compiler/polc/commands.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

struct CheckFlags {
  PolicyFlags policy;
  Format format = Format::kText;
};

int Check(const CheckFlags& flags) {
  absl::StatusOr<driver::Compilation> compilation = Compile(flags.policy);
  if (!compilation.ok()) return Fail(compilation.status());
  return Report(*compilation, flags.format, flags.policy.path);
}

}  // namespace

void AddCheck(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<CheckFlags>();
  CLI::App* command = app.add_subcommand(
      "check",
      "Find every mistake in a policy folder; says nothing when "
      "there is none");
  AddPolicyFlags(*command, flags->policy);
  AddNotesFlag(*command, flags->policy);
  AddTargetFlag(*command, flags->policy);
  const std::map<std::string, Format> formats = {{"text", Format::kText},
                                                 {"json", Format::kJson},
                                                 {"sarif", Format::kSarif}};
  command->add_option("--format", flags->format, "text, json or sarif")
      ->transform(CLI::CheckedTransformer(formats))
      ->default_str("text");
  command->footer("Example: polc check --format json policies/");
  command->callback([flags, &exit_code] { exit_code = Check(*flags); });
}

}  // namespace pol::polc
