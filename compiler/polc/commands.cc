#include "compiler/polc/commands.h"

#include "compiler/driver/version.h"

namespace pol::polc {

void AddCommands(CLI::App& app, int& exit_code) {
  app.name("polc");
  app.set_version_flag("--version", driver::kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 ok, 1 error, 2 changes or drift, 3 test failed, 4 stale "
      "plan.\n"
      "Example: polc check policies/examples/db-access");
  AddInit(app, exit_code);
  AddCheck(app, exit_code);
  AddTest(app, exit_code);
  AddCompile(app, exit_code);
  AddExplain(app, exit_code);
  AddFmt(app, exit_code);
  AddHcldec(app, exit_code);
  AddLsp(app, exit_code);
  AddHostCommands(app, exit_code);
  AddDoctor(app, exit_code);
  AddCompletion(app, exit_code);
}

}  // namespace pol::polc
