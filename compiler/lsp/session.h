// A language server for one client: LSP 3.17 over bytes.
//
//   while (!session.exit_code()) {
//     session.Receive(what the client sent);
//     while (nothing more has been sent && session.HasWork()) session.Work();
//     send(session.TakeOutput());
//   }
//
// Requests are answered at once and in order. Diagnostics are work for when the
// client is silent: what was typed meanwhile is checked once.
#ifndef POL_COMPILER_LSP_SESSION_H_
#define POL_COMPILER_LSP_SESSION_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pol::lsp {

class Server;

class Session {
 public:
  // `version` is what the server says of itself.
  explicit Session(std::string_view version);
  ~Session();

  // Takes bytes from the client, in pieces of any size, and handles the
  // messages that are complete. Nothing that a client sends is fatal.
  void Receive(std::string_view bytes);
  // The client has gone, with or without a word.
  void HangUp();

  bool HasWork() const;
  void Work();

  // What is to be sent, once.
  std::string TakeOutput();

  // Set when the session is over: 0 after `shutdown`, else 1.
  std::optional<int> exit_code() const;

 private:
  std::unique_ptr<Server> server_;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_SESSION_H_
