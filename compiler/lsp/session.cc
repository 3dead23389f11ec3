#include "compiler/lsp/session.h"

#include <utility>

#include "compiler/lsp/server.h"

namespace pol::lsp {

Session::Session(std::string_view version)
    : server_(std::make_unique<Server>(version)) {}
Session::~Session() = default;

void Session::Receive(std::string_view bytes) { server_->Receive(bytes); }
void Session::HangUp() { server_->HangUp(); }
bool Session::HasWork() const { return server_->HasWork(); }
void Session::Work() { server_->Work(); }
std::string Session::TakeOutput() { return server_->TakeOutput(); }
std::optional<int> Session::exit_code() const { return server_->exit_code(); }

}  // namespace pol::lsp
