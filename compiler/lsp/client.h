// A client for tests: what it sends and what it got, message by message.
#ifndef POL_COMPILER_LSP_CLIENT_H_
#define POL_COMPILER_LSP_CLIENT_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/lsp/framing.h"
#include "compiler/lsp/json.h"
#include "compiler/lsp/session.h"

namespace pol::lsp {

class Client {
 public:
  Client() : session_("test") {}

  // With `initialize` and `initialized`.
  static Json Capabilities(bool utf8 = false) {
    Json capabilities = {
        {"workspace", {{"workspaceEdit", {{"documentChanges", false}}}}},
        {"textDocument",
         {{"publishDiagnostics", {{"relatedInformation", true}}},
          {"completion", {{"completionItem", {{"snippetSupport", true}}}}}}}};
    if (utf8) capabilities["general"]["positionEncodings"] = {"utf-8"};
    return capabilities;
  }
  Json Start(bool utf8 = false) {
    Json answer = Ask("initialize", {{"capabilities", Capabilities(utf8)}});
    Tell("initialized", Json::object());
    return answer;
  }

  void SendBytes(std::string_view bytes) {
    session_.Receive(bytes);
    Collect();
  }
  void Send(const Json& message) { SendBytes(Frame(Write(message))); }

  // The answer's `result`, or its `error` under that name.
  Json Ask(const std::string& method, Json params) {
    const int id = ++last_id_;
    Send({{"jsonrpc", "2.0"},
          {"id", id},
          {"method", method},
          {"params", std::move(params)}});
    for (const Json& message : received_) {
      if (At(message, {"id"}) != id || message.contains("method")) continue;
      if (message.contains("result")) return message["result"];
      return {{"error", message["error"]}};
    }
    return "no answer";
  }

  void Tell(const std::string& method, Json params) {
    Send({{"jsonrpc", "2.0"},
          {"method", method},
          {"params", std::move(params)}});
  }

  // Lets the server do all its work.
  void Rest() {
    while (session_.HasWork()) session_.Work();
    Collect();
  }

  // The codes of the diagnostics that are shown for a file, in order.
  std::string Codes(const std::string& uri) {
    Rest();
    std::string all;
    for (const Json& diagnostic : diagnostics_[uri]) {
      if (!all.empty()) all += " ";
      all += StringAt(diagnostic, {"code"});
    }
    return all;
  }
  const Json& diagnostics(const std::string& uri) { return diagnostics_[uri]; }

  void Open(const std::string& uri, const std::string& text) {
    Tell("textDocument/didOpen", {{"textDocument",
                                   {{"uri", uri},
                                    {"languageId", "pol"},
                                    {"version", 1},
                                    {"text", text}}}});
  }
  // A change of [line, character] to [line, character].
  void Edit(const std::string& uri, int version, std::vector<int> range,
            const std::string& text) {
    Tell("textDocument/didChange",
         {{"textDocument", {{"uri", uri}, {"version", version}}},
          {"contentChanges", Json::array({{{"range", Range(range[0], range[1],
                                                           range[2], range[3])},
                                           {"text", text}}})}});
  }
  // A request about a place.
  Json AskAt(const std::string& method, const std::string& uri, int line,
             int character, Json more = Json::object()) {
    more["textDocument"] = {{"uri", uri}};
    more["position"] = {{"line", line}, {"character", character}};
    return Ask("textDocument/" + method, std::move(more));
  }

  static Json Range(int line, int character, int end_line, int end_character) {
    return {{"start", {{"line", line}, {"character", character}}},
            {"end", {{"line", end_line}, {"character", end_character}}}};
  }

  std::vector<Json>& received() { return received_; }
  Session& session() { return session_; }

 private:
  void Collect() {
    reader_.Feed(session_.TakeOutput());
    while (auto message = reader_.Next()) {
      Json json = Json::parse(message->content);
      if (StringAt(json, {"method"}) == "textDocument/publishDiagnostics") {
        diagnostics_[StringAt(json, {"params", "uri"})] =
            json["params"]["diagnostics"];
      }
      received_.push_back(std::move(json));
    }
  }

  Session session_;
  MessageReader reader_;
  std::vector<Json> received_;
  std::map<std::string, Json> diagnostics_;
  int last_id_ = 0;
};

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_CLIENT_H_
