// polc: policies as code, for labels, capabilities and connections.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

int main(int argc, char** argv) {
  CLI::App app{
      "polc proves, plans and applies policies: who may connect to whom and "
      "with what "
      "TLS, how files are labelled, which capabilities programs carry."};
  int exit_code = pol::polc::kOk;
  pol::polc::AddCommands(app, exit_code);
  try {
    std::vector<std::string> arguments = pol::polc::Arguments(argc, argv);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? pol::polc::kOk : pol::polc::kError;
  }
  return exit_code;
}
