#include "compiler/lsp/snapshot.h"

#include <filesystem>
#include <map>
#include <system_error>

#include "compiler/lsp/uri.h"

namespace pol::lsp {
namespace {

using support::FileId;

Json ToJson(Position position) {
  return {{"line", position.line}, {"character", position.character}};
}

}  // namespace

Snapshot::Snapshot(driver::Compilation compilation, std::vector<FileInfo> files,
                   std::string folder, Encoding encoding)
    : compilation_(std::move(compilation)),
      files_(std::move(files)),
      folder_(std::move(folder)),
      encoding_(encoding),
      lines_(sources().size()) {}

const FileInfo& Snapshot::file(FileId file) const {
  while (files_.size() < sources().size()) {
    const std::string& name =
        sources().file(static_cast<FileId>(files_.size())).name();
    const auto path =
        (std::filesystem::path(folder_) / name).lexically_normal();
    std::error_code error;
    const bool there =
        !folder_.empty() && std::filesystem::is_regular_file(path, error);
    files_.push_back({there ? UriOf(path.string()) : "", std::nullopt});
  }
  return files_[file];
}

const Symbols& Snapshot::symbols() const {
  if (symbols_ == nullptr) {
    symbols_ = std::make_unique<Symbols>(compilation_.tree.sources[0].files);
  }
  return *symbols_;
}

const LineTable& Snapshot::lines(FileId file) const {
  if (lines_.size() < sources().size()) lines_.resize(sources().size());
  std::unique_ptr<LineTable>& lines = lines_[file];
  if (lines == nullptr) {
    lines = std::make_unique<LineTable>(sources().file(file).text());
  }
  return *lines;
}

Json Snapshot::RangeOf(Span span) const {
  const LineTable& table = lines(span.file);
  return {{"start", ToJson(table.PositionAt(span.begin, encoding_))},
          {"end", ToJson(table.PositionAt(span.end, encoding_))}};
}

Json Snapshot::LocationOf(Span span) const {
  return {{"uri", file(span.file).uri}, {"range", RangeOf(span)}};
}

uint32_t Snapshot::OffsetOf(FileId file, const Json& position) const {
  return lines(file).OffsetAt(ReadPosition(position).value_or(Position()),
                              encoding_);
}

Json Snapshot::WorkspaceEdit(
    const std::vector<std::pair<Span, std::string>>& replacements,
    bool versioned) const {
  std::map<FileId, Json> edits;
  for (const auto& [span, text] : replacements) {
    Json& list = edits.try_emplace(span.file, Json::array()).first->second;
    list.push_back({{"range", RangeOf(span)}, {"newText", text}});
  }
  Json changes = versioned ? Json::array() : Json::object();
  for (auto& [file, list] : edits) {
    const FileInfo& info = this->file(file);
    if (!versioned) {
      changes[info.uri] = std::move(list);
      continue;
    }
    Json document = {{"uri", info.uri}, {"version", nullptr}};
    if (info.version.has_value()) document["version"] = *info.version;
    changes.push_back(
        {{"textDocument", std::move(document)}, {"edits", std::move(list)}});
  }
  return {{versioned ? "documentChanges" : "changes", std::move(changes)}};
}

std::optional<Position> ReadPosition(const Json& json) {
  const auto line = IntegerAt(json, {"line"});
  const auto character = IntegerAt(json, {"character"});
  constexpr int64_t kMost = INT32_MAX;
  if (!line || !character || *line < 0 || *character < 0 || *line > kMost ||
      *character > kMost) {
    return std::nullopt;
  }
  return Position{static_cast<uint32_t>(*line),
                  static_cast<uint32_t>(*character)};
}

}  // namespace pol::lsp
