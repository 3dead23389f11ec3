#include "compiler/lsp/folder.h"

#include <algorithm>
#include <ctime>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/lsp/framing.h"
#include "compiler/lsp/uri.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"

namespace pol::lsp {
namespace {

using diag::Cat;
using support::FileId;
using syntax::Change;

constexpr char kSuffix[] = ".pol";

}  // namespace

Folder::Folder(std::string path, Encoding encoding)
    : path_(std::move(path)), encoding_(encoding) {
  if (support::IsDirectory(path_)) {
    reader_ = std::make_unique<driver::DiskReader>(path_);
  } else {
    reader_ = std::make_unique<driver::MemoryReader>(
        std::map<std::string, std::string>());
  }
}

void Folder::Open(const std::string& name, const std::string& uri,
                  int64_t version, std::string text) {
  File& file = files_[name];
  file.uri = uri;
  file.version = version;
  Replace(file, std::move(text));
}

// A text of which nothing is known but that it is another one.
void Folder::Replace(File& file, std::string text) {
  if (file.text == text) {
    stage_ = Stage::kEdited;
    return;
  }
  const Change change{0, static_cast<uint32_t>(file.text.size()),
                      static_cast<uint32_t>(text.size())};
  file.change = file.change.Then(change);
  file.text = std::move(text);
  stage_ = Stage::kEdited;
}

absl::Status Folder::Edit(const std::string& name,
                          std::optional<int64_t> version,
                          const std::vector<Replacement>& replacements) {
  const auto at = files_.find(name);
  POL_CHECK(at != files_.end() && at->second.version.has_value())
      << name << " is not open";
  File& file = at->second;
  if (version.has_value()) file.version = version;
  for (const Replacement& replacement : replacements) {
    uint32_t begin = 0;
    uint32_t end = static_cast<uint32_t>(file.text.size());
    if (replacement.range.has_value()) {
      const LineTable lines(file.text);
      begin = lines.OffsetAt(replacement.range->start, encoding_);
      end = lines.OffsetAt(replacement.range->end, encoding_);
      if (end < begin) std::swap(begin, end);
    }
    const size_t size =
        file.text.size() - (end - begin) + replacement.text.size();
    if (size > kMessageLimit) {
      return absl::ResourceExhaustedError(Cat(name, " would have ", size,
                                              " bytes; at most ", kMessageLimit,
                                              " are kept"));
    }
    file.text.replace(begin, end - begin, replacement.text);
    file.change = file.change.Then(
        {begin, end, static_cast<uint32_t>(replacement.text.size())});
    stage_ = Stage::kEdited;
  }
  stage_ = Stage::kEdited;
  return absl::OkStatus();
}

void Folder::Close(const std::string& name) {
  const auto at = files_.find(name);
  POL_CHECK(at != files_.end() && at->second.version.has_value())
      << name << " is not open";
  at->second.version.reset();
  stage_ = Stage::kEdited;
  stale_ = true;
}

bool Folder::IsOpen(std::string_view name) const {
  const auto at = files_.find(name);
  return at != files_.end() && at->second.version.has_value();
}

bool Folder::HasOpenFiles() const {
  return std::any_of(files_.begin(), files_.end(), [](const auto& file) {
    return file.second.version.has_value();
  });
}

std::optional<FileId> Folder::Find(std::string_view name) const {
  const auto at = files_.find(name);
  return at == files_.end() ? std::nullopt : at->second.id;
}

void Folder::ReadDisk(std::vector<absl::Status>& trouble) {
  stale_ = false;
  std::vector<std::string> names;
  if (!path_.empty() && support::IsDirectory(path_)) {
    auto listed = support::ListFiles(path_, kSuffix);
    if (listed.ok()) {
      names = *std::move(listed);
    } else {
      trouble.push_back(listed.status());
    }
  }
  for (auto at = files_.begin(); at != files_.end();) {
    const bool there =
        std::binary_search(names.begin(), names.end(), at->first);
    if (there || at->second.version.has_value()) {
      ++at;
      continue;
    }
    at = files_.erase(at);
    stage_ = Stage::kEdited;
  }
  for (const std::string& name : names) {
    if (IsOpen(name)) continue;
    const std::string path = Cat(path_, "/", name);
    auto text = support::ReadFile(path, kMessageLimit);
    if (!text.ok()) trouble.push_back(text.status());
    File& file = files_[name];
    file.uri = UriOf(path);
    Replace(file, text.ok() ? *std::move(text) : std::string());
  }
}

absl::StatusOr<driver::Compilation> Folder::BeginAlone() const {
  support::SourceSet sources;
  std::vector<syntax::ParsedFile> parsed;
  for (const auto& [name, file] : files_) {
    parsed.push_back(syntax::ParseFile(sources.Add(name, file.text), sources));
  }
  return driver::Begin(std::move(sources), std::move(parsed),
                       driver::MemoryReader({}));
}

void Folder::Parse(std::vector<absl::Status>& trouble) {
  support::SourceSet sources;
  std::vector<FileInfo> infos;
  for (const auto& [name, file] : files_) {
    sources.Add(name, file.text);
    infos.push_back({file.uri, file.version});
  }
  std::vector<syntax::ParsedFile> parsed;
  FileId id = 0;
  for (auto& [name, file] : files_) {
    if (file.id.has_value()) {
      driver::Compilation& before = snapshot_->compilation();
      parsed.push_back(syntax::Reparse(
          {std::move(before.tree.sources[0].files[*file.id]),
           std::move(file.said), before.sources.file(*file.id).text()},
          file.change, id, sources));
    } else {
      parsed.push_back(syntax::ParseFile(id, sources));
    }
    file.said = parsed.back().diagnostics;
    file.change = {};
    file.id = id++;
  }
  absl::StatusOr<driver::Compilation> begun =
      driver::Begin(std::move(sources), std::move(parsed), *reader_);
  if (!begun.ok()) {
    // What lies beside the open files cannot be read; they are still checked.
    trouble.push_back(begun.status());
    begun = BeginAlone();
  }
  POL_CHECK(begun.ok()) << begun.status();
  snapshot_ = std::make_unique<Snapshot>(*std::move(begun), std::move(infos),
                                         path_, encoding_);
  stage_ = Stage::kParsed;
  ++edition_;
}

Snapshot& Folder::Parsed(std::vector<absl::Status>& trouble) {
  if (stale_) ReadDisk(trouble);
  if (stage_ == Stage::kEdited || snapshot_ == nullptr) Parse(trouble);
  return *snapshot_;
}

Snapshot& Folder::Checked(std::vector<absl::Status>& trouble) {
  Parsed(trouble);
  if (stage_ == Stage::kParsed) {
    driver::Check(snapshot_->compilation());
    stage_ = Stage::kChecked;
  } else if (stage_ == Stage::kChecked) {
    // A Status is about revisions, which are not looked at here.
    driver::Prove(snapshot_->compilation(),
                  {.variables = {}, .today = std::time(nullptr), .notes = true})
        .IgnoreError();
    stage_ = Stage::kProved;
  }
  return *snapshot_;
}

}  // namespace pol::lsp
