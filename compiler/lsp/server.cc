#include "compiler/lsp/server.h"

#include <vector>

#include "compiler/diag/cat.h"

namespace pol::lsp {
namespace {

using diag::Cat;

// MessageType of the protocol.
constexpr int kWarning = 2;

}  // namespace

Server::Request Server::FindRequest(std::string_view method) {
  static constexpr std::pair<std::string_view, Request> kRequests[] = {
      {"initialize", &Server::Initialize},
      {"shutdown", &Server::Shutdown},
      {"textDocument/completion", &Server::Completion},
      {"textDocument/hover", &Server::Hover},
      {"textDocument/definition", &Server::Definition},
      {"textDocument/references", &Server::References},
      {"textDocument/prepareRename", &Server::PrepareRename},
      {"textDocument/rename", &Server::RenameName},
      {"textDocument/documentSymbol", &Server::DocumentSymbol},
      {"textDocument/formatting", &Server::Formatting},
      {"textDocument/codeAction", &Server::CodeAction},
  };
  for (const auto& [name, request] : kRequests) {
    if (name == method) return request;
  }
  return nullptr;
}

Server::Notification Server::FindNotification(std::string_view method) {
  static constexpr std::pair<std::string_view, Notification> kAll[] = {
      {"initialized", &Server::Initialized},
      {"textDocument/didOpen", &Server::DidOpen},
      {"textDocument/didChange", &Server::DidChange},
      {"textDocument/didClose", &Server::DidClose},
      {"textDocument/didSave", &Server::DidSave},
      {"workspace/didChangeWatchedFiles", &Server::DidChangeWatchedFiles},
  };
  for (const auto& [name, notification] : kAll) {
    if (name == method) return notification;
  }
  // What is unknown asks for no answer, and everything asked has been answered
  // when `$/cancelRequest` is read.
  return &Server::Ignore;
}

void Server::Receive(std::string_view bytes) {
  reader_.Feed(bytes);
  while (!exit_code_.has_value()) {
    const std::optional<MessageReader::Message> message = reader_.Next();
    if (!message.has_value()) return;
    if (message->error.empty()) {
      Handle(message->content);
    } else {
      Fail(nullptr, ErrorCode::kInvalidRequest, message->error);
    }
  }
}

void Server::Handle(std::string_view content) {
  const Json message = Json::parse(content, nullptr, false);
  if (message.is_discarded()) {
    return Fail(nullptr, ErrorCode::kParseError, "the message is not JSON");
  }
  const Json& id = At(message, {"id"});
  const bool asks = message.is_object() && message.contains("id");
  const auto* method = At(message, {"method"}).get_ptr<const std::string*>();
  if (method == nullptr) {
    // The client's answer to something that we have asked.
    if (asks && (message.contains("result") || message.contains("error"))) {
      return;
    }
    return Fail(nullptr, ErrorCode::kInvalidRequest,
                "the message has no method");
  }
  if (!asks) return HandleNotification(*method, At(message, {"params"}));
  if (!id.is_string() && !id.is_number_integer()) {
    return Fail(nullptr, ErrorCode::kInvalidRequest,
                "the id is neither a string nor an integer");
  }
  HandleRequest(id, *method, At(message, {"params"}));
}

void Server::HandleRequest(const Json& id, const std::string& method,
                           const Json& params) {
  const bool first = method == "initialize";
  if (state_ == State::kShutDown) {
    return Fail(id, ErrorCode::kInvalidRequest, "the server is shut down");
  }
  if (state_ == State::kNew && !first) {
    return Fail(id, ErrorCode::kServerNotInitialized,
                "`initialize` has to come first");
  }
  if (state_ == State::kReady && first) {
    return Fail(id, ErrorCode::kInvalidRequest,
                "the server is initialized already");
  }
  const Request request = FindRequest(method);
  if (request == nullptr) {
    return Fail(id, ErrorCode::kMethodNotFound,
                Cat("the server has no method `", method, "`"));
  }
  Answer answer = (this->*request)(params);
  if (answer.error.has_value()) {
    return Fail(id, *answer.error, answer.message);
  }
  Send({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(answer.result)}});
  LogTrouble();
}

void Server::HandleNotification(const std::string& method, const Json& params) {
  if (method == "exit") return Exit(params);
  if (state_ != State::kReady) return;
  (this->*FindNotification(method))(params);
}

void Server::Exit(const Json&) {
  exit_code_ = state_ == State::kShutDown ? 0 : 1;
}

void Server::HangUp() {
  if (!exit_code_.has_value()) Exit(nullptr);
}

bool Server::HasWork() const {
  return state_ == State::kReady && workspace_->HasWork();
}

void Server::Work() {
  if (!HasWork()) return;
  workspace_->Work();
  LogTrouble();
}

void Server::Send(Json message) { output_ += Frame(Write(message)); }

void Server::Notify(std::string_view method, Json params) {
  Send({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

void Server::Fail(const Json& id, ErrorCode code, std::string_view message) {
  Send({{"jsonrpc", "2.0"},
        {"id", id},
        {"error", {{"code", static_cast<int>(code)}, {"message", message}}}});
}

void Server::Log(std::string_view text) {
  Notify("window/logMessage", {{"type", kWarning}, {"message", text}});
}

void Server::LogTrouble() {
  if (workspace_ == nullptr) return;
  for (const absl::Status& status : std::exchange(workspace_->trouble(), {})) {
    Log(Cat("polc: ", support::ToStd(status.message())));
  }
}

}  // namespace pol::lsp
