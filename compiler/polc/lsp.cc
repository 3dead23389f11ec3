#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>

#include "compiler/driver/version.h"
#include "compiler/lsp/session.h"
#include "compiler/polc/commands.h"
#include "compiler/polc/terminal.h"

namespace pol::polc {
namespace {

// Whether the client has sent something, or hung up.
bool HasInput() {
  pollfd input = {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return poll(&input, 1, 0) > 0;
}

// Waits for the client. Its words go to the session.
void Read(lsp::Session& session) {
  static char buffer[size_t{1} << 16];
  const ssize_t got = read(STDIN_FILENO, buffer, sizeof(buffer));
  if (got > 0) {
    session.Receive({buffer, static_cast<size_t>(got)});
  } else if (got == 0 || errno != EINTR) {
    session.HangUp();
  }
}

int Serve() {
  lsp::Session session(driver::kVersion);
  while (!session.exit_code().has_value()) {
    Read(session);
    while (!session.exit_code().has_value() && session.HasWork() &&
           !HasInput()) {
      session.Work();
    }
    const std::string output = session.TakeOutput();
    if (!output.empty()) PrintData(output);
  }
  return *session.exit_code() == 0 ? kOk : kError;
}

}  // namespace

void AddLsp(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "lsp",
      "Serve an editor over standard input and output: the language server "
      "protocol, version 3.17");
  // Some clients say how they speak to a server.
  auto stdio = std::make_shared<bool>(true);
  command->add_flag("--stdio", *stdio, "the only way there is");
  command->footer(
      "Example: polc lsp --stdio\n"
      "In Neovim: vim.lsp.start_client({cmd = {\"polc\", \"lsp\"}})");
  command->callback([stdio, &exit_code] { exit_code = Serve(); });
}

}  // namespace pol::polc
