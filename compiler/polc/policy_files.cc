#include "compiler/polc/policy_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "compiler/support/files.h"

namespace pol::polc {
namespace {

namespace fs = std::filesystem;

// An empty path is the current folder, whose files are named without it.
absl::Status AddFolder(const fs::path& folder, bool recursive,
                       std::vector<std::string>& files) {
  std::error_code error;
  for (fs::directory_iterator at(folder.empty() ? "." : folder, error), end;
       !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (name.front() == '.') continue;
    // A link to a file counts as the file; an unreadable one is found later.
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (!recursive || at->is_symlink(ignored)) continue;
      POL_RETURN_IF_ERROR(AddFolder(folder / name, recursive, files));
    } else if (at->path().extension() == ".pol") {
      files.push_back(folder / name);
    }
  }
  if (!error) return absl::OkStatus();
  return support::SystemError(error.value(),
                              absl::StrCat("read ", folder.string()));
}

}  // namespace

absl::StatusOr<std::vector<std::string>> PolicyFiles(const std::string& path,
                                                     bool recursive) {
  if (!support::IsDirectory(path)) return std::vector<std::string>{path};
  std::vector<std::string> files;
  POL_RETURN_IF_ERROR(
      AddFolder(path == "." ? fs::path() : fs::path(path), recursive, files));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace pol::polc
