// What client and server tell each other about what they can do.

#include <utility>

#include "compiler/lsp/server.h"

namespace pol::lsp {
namespace {

// TextDocumentSyncKind of the protocol.
constexpr int kIncremental = 2;

Json Capabilities(Encoding encoding) {
  return {
      {"positionEncoding", encoding == Encoding::kUtf8 ? "utf-8" : "utf-16"},
      {"textDocumentSync",
       {{"openClose", true},
        {"change", kIncremental},
        {"save", {{"includeText", false}}}}},
      {"completionProvider", {{"triggerCharacters", {".", "\""}}}},
      {"hoverProvider", true},
      {"definitionProvider", true},
      {"referencesProvider", true},
      {"renameProvider", {{"prepareProvider", true}}},
      {"documentSymbolProvider", true},
      {"documentFormattingProvider", true},
      {"codeActionProvider", {{"codeActionKinds", {"quickfix"}}}}};
}

}  // namespace

Answer Server::Initialize(const Json& params) {
  const Json& client = At(params, {"capabilities"});
  const Encoding encoding =
      Holds(At(client, {"general", "positionEncodings"}), "utf-8")
          ? Encoding::kUtf8
          : Encoding::kUtf16;
  const FindingOptions options = {
      .related = TrueAt(
          client, {"textDocument", "publishDiagnostics", "relatedInformation"}),
      .data =
          TrueAt(client, {"textDocument", "publishDiagnostics", "dataSupport"}),
      .versioned =
          TrueAt(client, {"workspace", "workspaceEdit", "documentChanges"})};
  snippets_ = TrueAt(client, {"textDocument", "completion", "completionItem",
                              "snippetSupport"});
  watches_ = TrueAt(
      client, {"workspace", "didChangeWatchedFiles", "dynamicRegistration"});
  workspace_ = std::make_unique<Workspace>(
      encoding, options, [this](Json params_of_one) {
        Notify("textDocument/publishDiagnostics", std::move(params_of_one));
      });
  state_ = State::kReady;
  return {{{"capabilities", Capabilities(encoding)},
           {"serverInfo", {{"name", "polc"}, {"version", version_}}}}};
}

void Server::Initialized(const Json&) {
  if (!watches_) return;
  Json watchers = Json::array({{{"globPattern", "**/*.pol"}}});
  Json registration = {{"id", "files"},
                       {"method", "workspace/didChangeWatchedFiles"},
                       {"registerOptions", {{"watchers", watchers}}}};
  Send({{"jsonrpc", "2.0"},
        {"id", "watch"},
        {"method", "client/registerCapability"},
        {"params", {{"registrations", Json::array({registration})}}}});
}

Answer Server::Shutdown(const Json&) {
  state_ = State::kShutDown;
  return {nullptr};
}

}  // namespace pol::lsp
