#include "compiler/lsp/workspace.h"

#include <algorithm>
#include <set>

#include "compiler/diag/cat.h"
#include "compiler/lsp/uri.h"

namespace pol::lsp {

Workspace::Workspace(Encoding encoding, FindingOptions options, Publish publish)
    : encoding_(encoding), options_(options), publish_(std::move(publish)) {}

std::pair<std::string, std::string> Workspace::Split(const std::string& uri) {
  const std::optional<std::string> path = PathOf(uri);
  // What is no file of a folder is in none with others.
  if (!path.has_value()) return {uri, uri};
  const size_t slash = path->rfind('/');
  return {slash == 0 ? "/" : path->substr(0, slash), path->substr(slash + 1)};
}

void Workspace::Open(const std::string& uri, int64_t version,
                     std::string text) {
  const auto [path, name] = Split(uri);
  std::unique_ptr<Entry>& entry = entries_[path];
  if (entry == nullptr) {
    entry = std::make_unique<Entry>(path == uri ? "" : path, encoding_);
  }
  entry->folder.Open(name, uri, version, std::move(text));
}

std::optional<OpenFile> Workspace::Find(const std::string& uri) {
  auto [path, name] = Split(uri);
  const auto at = entries_.find(path);
  if (at == entries_.end() || !at->second->folder.IsOpen(name)) {
    return std::nullopt;
  }
  return OpenFile{&at->second->folder, std::move(name)};
}

bool Workspace::Close(const std::string& uri) {
  const std::optional<OpenFile> file = Find(uri);
  if (!file.has_value()) return false;
  file->folder->Close(file->name);
  if (file->folder->HasOpenFiles()) return true;
  // Nobody looks at the folder any more.
  const auto at = entries_.find(Split(uri).first);
  for (const auto& [published, text] : at->second->published) {
    Send({published, std::nullopt}, Json::array());
  }
  entries_.erase(at);
  return true;
}

void Workspace::Forget(const std::string& uri) {
  const auto at = entries_.find(Split(uri).first);
  if (at != entries_.end()) at->second->folder.Forget();
}

bool Workspace::HasWork() const {
  return std::any_of(entries_.begin(), entries_.end(),
                     [](const auto& entry) { return entry.second->HasWork(); });
}

void Workspace::Work() {
  for (auto& [path, entry] : entries_) {
    if (entry->HasWork()) return PublishAll(*entry);
  }
}

void Workspace::Send(const FileInfo& file, Json diagnostics) {
  Json params = {{"uri", file.uri}, {"diagnostics", std::move(diagnostics)}};
  if (file.version.has_value()) params["version"] = *file.version;
  publish_(std::move(params));
}

void Workspace::PublishAll(Entry& entry) {
  const Snapshot& snapshot = entry.folder.Checked(trouble_);
  entry.edition = entry.folder.edition();
  std::vector<Json> found = FindingsOf(snapshot, options_);
  std::set<std::string> there;
  for (support::FileId id = 0; id < found.size(); ++id) {
    const FileInfo& file = snapshot.file(id);
    if (file.uri.empty()) continue;
    there.insert(file.uri);
    std::string text = Write(found[id]);
    // A client that has a version open waits for word about that version.
    if (file.version.has_value()) {
      text += diag::Cat(" ", *file.version);
    } else if (found[id].empty() && !entry.published.count(file.uri)) {
      continue;
    }
    std::string& published = entry.published[file.uri];
    if (published == text) continue;
    published = std::move(text);
    Send(file, std::move(found[id]));
  }
  for (auto at = entry.published.begin(); at != entry.published.end();) {
    if (there.count(at->first) > 0) {
      ++at;
      continue;
    }
    Send({at->first, std::nullopt}, Json::array());
    at = entry.published.erase(at);
  }
}

}  // namespace pol::lsp
