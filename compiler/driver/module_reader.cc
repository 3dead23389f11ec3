#include "compiler/driver/module_reader.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>

#include "absl/strings/match.h"
#include "compiler/support/files.h"

namespace pol::driver {
namespace {

// What stands before the names of a folder's files.
std::string Prefix(const std::string& folder) {
  return folder.empty() ? "" : folder + "/";
}

}  // namespace

std::string DiskReader::OnDisk(const std::string& path) const {
  return path.empty() ? root_ : absl::StrCat(root_, "/", path);
}

ModuleReader::Kind DiskReader::Look(const std::string& path) const {
  const std::string there = OnDisk(path);
  if (support::IsDirectory(there)) return Kind::kFolder;
  return support::Exists(there) ? Kind::kFile : Kind::kNothing;
}

std::string DiskReader::Identity(const std::string& path) const {
  const std::string there = OnDisk(path);
  const std::unique_ptr<char, decltype(&free)> real(
      realpath(there.c_str(), nullptr), &free);
  return real != nullptr ? real.get() : there;
}

absl::StatusOr<std::vector<std::string>> DiskReader::List(
    const std::string& folder, std::string_view suffix) const {
  return support::ListFiles(OnDisk(folder), suffix);
}

absl::StatusOr<std::string> DiskReader::Read(const std::string& path,
                                             size_t limit) const {
  return support::ReadFile(OnDisk(path), limit);
}

ModuleReader::Kind MemoryReader::Look(const std::string& path) const {
  if (path.empty()) return Kind::kFolder;
  if (files_.count(path) > 0) return Kind::kFile;
  const std::string prefix = Prefix(path);
  const auto inside = files_.lower_bound(prefix);
  if (inside != files_.end() && absl::StartsWith(inside->first, prefix)) {
    return Kind::kFolder;
  }
  return below_ != nullptr ? below_->Look(path) : Kind::kNothing;
}

std::string MemoryReader::Identity(const std::string& path) const {
  return below_ != nullptr ? below_->Identity(path) : path;
}

absl::StatusOr<std::vector<std::string>> MemoryReader::List(
    const std::string& folder, std::string_view suffix) const {
  std::vector<std::string> names;
  if (below_ != nullptr && below_->Look(folder) == Kind::kFolder) {
    POL_ASSIGN_OR_RETURN(names, below_->List(folder, suffix));
  }
  const std::string prefix = Prefix(folder);
  for (auto file = files_.lower_bound(prefix);
       file != files_.end() && absl::StartsWith(file->first, prefix); ++file) {
    const std::string name = file->first.substr(prefix.size());
    if (!absl::StrContains(name, '/') &&
        absl::EndsWith(name, support::ToAbsl(suffix))) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

absl::StatusOr<std::string> MemoryReader::Read(const std::string& path,
                                               size_t limit) const {
  const auto file = files_.find(path);
  if (file == files_.end()) {
    if (below_ != nullptr) return below_->Read(path, limit);
    return absl::NotFoundError(absl::StrCat("no file ", path));
  }
  if (file->second.size() > limit) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path, ": larger than the limit of ", limit, " bytes"));
  }
  return file->second;
}

}  // namespace pol::driver
