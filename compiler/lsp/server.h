// The protocol's life: who may ask what when, and who answers.
#ifndef POL_COMPILER_LSP_SERVER_H_
#define POL_COMPILER_LSP_SERVER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/lsp/framing.h"
#include "compiler/lsp/json.h"
#include "compiler/lsp/workspace.h"

namespace pol::lsp {

// ErrorCodes of JSON-RPC and of the protocol.
enum class ErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kServerNotInitialized = -32002,
  kRequestFailed = -32803,
};

// What a request comes to.
struct Answer {
  Json result;
  std::optional<ErrorCode> error = {};
  std::string message = {};
};

class Server {
 public:
  explicit Server(std::string_view version) : version_(version) {}

  void Receive(std::string_view bytes);
  void HangUp();
  bool HasWork() const;
  void Work();
  std::string TakeOutput() { return std::exchange(output_, {}); }
  std::optional<int> exit_code() const { return exit_code_; }

 private:
  enum class State { kNew, kReady, kShutDown };

  // A place that a request asks about.
  struct Asked {
    Folder* folder = nullptr;
    Snapshot* snapshot = nullptr;
    support::FileId file = 0;
    uint32_t offset = 0;
    std::optional<Answer> problem;
  };
  using Request = Answer (Server::*)(const Json& params);
  using Notification = void (Server::*)(const Json& params);

  void Handle(std::string_view content);
  void HandleRequest(const Json& id, const std::string& method,
                     const Json& params);
  void HandleNotification(const std::string& method, const Json& params);
  static Request FindRequest(std::string_view method);
  static Notification FindNotification(std::string_view method);

  Answer Initialize(const Json& params);
  Answer Shutdown(const Json& params);
  Answer Completion(const Json& params);
  Answer Hover(const Json& params);
  Answer Definition(const Json& params);
  Answer References(const Json& params);
  Answer PrepareRename(const Json& params);
  Answer RenameName(const Json& params);
  Answer DocumentSymbol(const Json& params);
  Answer Formatting(const Json& params);
  Answer CodeAction(const Json& params);

  void Initialized(const Json& params);
  void Exit(const Json& params);
  void DidOpen(const Json& params);
  void DidChange(const Json& params);
  void DidClose(const Json& params);
  void DidSave(const Json& params);
  void DidChangeWatchedFiles(const Json& params);
  void Ignore(const Json&) {}

  // The open file that `params` name and, with `place`, the position in it; its
  // folder is parsed.
  Asked Ask(const Json& params, bool place);

  void Send(Json message);
  void Notify(std::string_view method, Json params);
  void Fail(const Json& id, ErrorCode code, std::string_view message);
  void Log(std::string_view text);  // as a warning
  void LogTrouble();

  const std::string version_;
  MessageReader reader_;
  std::string output_;
  std::optional<int> exit_code_;
  State state_ = State::kNew;
  // Set by `initialize`.
  std::unique_ptr<Workspace> workspace_;
  bool snippets_ = false;
  bool watches_ = false;  // the client can be asked to watch files
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_SERVER_H_
