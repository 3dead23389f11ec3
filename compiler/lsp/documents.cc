// What a client tells about its files.

#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/lsp/server.h"

namespace pol::lsp {
namespace {

using diag::Cat;

// One element of `contentChanges`; nothing when it is none.
std::optional<Replacement> ReadChange(const Json& json) {
  Replacement change;
  const auto* text = At(json, {"text"}).get_ptr<const std::string*>();
  if (text == nullptr) return std::nullopt;
  change.text = *text;
  if (!json.contains("range")) return change;
  const auto start = ReadPosition(At(json, {"range", "start"}));
  const auto end = ReadPosition(At(json, {"range", "end"}));
  if (!start || !end) return std::nullopt;
  change.range = {*start, *end};
  return change;
}

}  // namespace

void Server::DidOpen(const Json& params) {
  const std::string uri = StringAt(params, {"textDocument", "uri"});
  if (uri.empty() || !At(params, {"textDocument", "text"}).is_string()) {
    return Log("polc: a `didOpen` without URI or text");
  }
  workspace_->Open(uri,
                   IntegerAt(params, {"textDocument", "version"}).value_or(0),
                   StringAt(params, {"textDocument", "text"}));
}

void Server::DidChange(const Json& params) {
  const std::string uri = StringAt(params, {"textDocument", "uri"});
  const std::optional<OpenFile> file = workspace_->Find(uri);
  if (!file.has_value()) {
    return Log(Cat("polc: a change of `", uri, "`, which is not open"));
  }
  std::vector<Replacement> changes;
  const Json& list = At(params, {"contentChanges"});
  for (const Json& element : list) {
    const std::optional<Replacement> change = ReadChange(element);
    if (!change.has_value()) {
      return Log(Cat("polc: a change of `", uri, "` that is none"));
    }
    changes.push_back(*change);
  }
  const absl::Status edited = file->folder->Edit(
      file->name, IntegerAt(params, {"textDocument", "version"}), changes);
  if (!edited.ok()) Log(Cat("polc: ", support::ToStd(edited.message())));
}

void Server::DidClose(const Json& params) {
  const std::string uri = StringAt(params, {"textDocument", "uri"});
  if (!workspace_->Close(uri)) {
    Log(Cat("polc: `", uri, "` is closed and was not open"));
  }
}

void Server::DidSave(const Json& params) {
  workspace_->Forget(StringAt(params, {"textDocument", "uri"}));
}

void Server::DidChangeWatchedFiles(const Json& params) {
  for (const Json& change : At(params, {"changes"})) {
    workspace_->Forget(StringAt(change, {"uri"}));
  }
}

}  // namespace pol::lsp
