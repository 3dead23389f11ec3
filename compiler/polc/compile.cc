#include "compiler/driver/compile.h"

#include <unistd.h>

#include <memory>
#include <string>

#include "compiler/polc/commands.h"
#include "compiler/polc/policy_flags.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"

namespace pol::polc {
namespace {

struct CompileFlags {
  PolicyFlags policy;
  std::string output;
  std::string stage;
};

int PrintStage(const driver::Compilation& compilation,
               const std::string& stage) {
  absl::StatusOr<std::string> text = stage == "all"
                                         ? driver::PrintAll(compilation)
                                         : driver::Print(compilation, stage);
  if (!text.ok()) return Fail(text.status());
  PrintData(*text);
  return kOk;
}

int Run(const CompileFlags& flags) {
  if (flags.output.empty() && flags.stage.empty()) {
    return Fail(
        absl::InvalidArgumentError("compile: say where the bundle goes (-o "
                                   "FILE) or what to show (--print STAGE)"));
  }
  absl::StatusOr<driver::Compilation> compilation = Compile(flags.policy);
  if (!compilation.ok()) return Fail(compilation.status());
  int reported = Report(*compilation, Format::kText);
  // The stages before an error can be looked at; a bundle is made only without
  // one.
  if (!flags.stage.empty()) {
    int printed = PrintStage(*compilation, flags.stage);
    if (printed != kOk) return printed;
  }
  if (reported != kOk || flags.output.empty()) return reported;
  absl::Status written =
      support::WriteFile(flags.output, compilation->result->bundle, 0644);
  return written.ok() ? kOk : Fail(written);
}

}  // namespace

void AddCompile(CLI::App& app, int& exit_code) {
  auto flags = std::make_shared<CompileFlags>();
  CLI::App* command = app.add_subcommand(
      "compile",
      "Make the bundle of a policy folder: the same text gives the same bytes");
  AddPolicyFlags(*command, flags->policy);
  AddTargetFlag(*command, flags->policy);
  command->add_option("-o,--output", flags->output,
                      "where the bundle goes, e.g. db.polb");
  std::string stages = "all";
  for (const std::string& stage : driver::StageNames()) stages += ", " + stage;
  command->add_option("--print", flags->stage, "show a stage: " + stages);
  command->footer("Example: polc compile policies/ -o site.polb --print rules");
  command->callback([flags, &exit_code] { exit_code = Run(*flags); });
}

}  // namespace pol::polc
