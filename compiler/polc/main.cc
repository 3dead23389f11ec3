// polc: policies as code, for labels, capabilities and connections.

#include <CLI/CLI.hpp>

#include "compiler/driver/version.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

int main(int argc, char** argv) {
  CLI::App app{
      "polc proves, plans and applies policies: who may connect to whom and "
      "with what "
      "TLS, how files are labelled, which capabilities programs carry."};
  app.name("polc");
  app.set_version_flag("--version", pol::driver::kVersion);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 ok, 1 error, 2 changes or drift, 3 test failed, 4 stale "
      "plan.\n"
      "Example: polc check policies/examples/db-access");
  int exit_code = pol::polc::kOk;
  pol::polc::AddCheck(app, exit_code);
  pol::polc::AddCompile(app, exit_code);
  pol::polc::AddExplain(app, exit_code);
  pol::polc::AddHcldec(app, exit_code);
  pol::polc::AddHostCommands(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? pol::polc::kOk : pol::polc::kError;
  }
  return exit_code;
}
