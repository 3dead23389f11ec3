#include "compiler/driver/module_path.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/support/view.h"

namespace pol::driver {
namespace {

using Parts = std::vector<absl::string_view>;

Parts Split(std::string_view path) {
  return absl::StrSplit(support::ToAbsl(path), '/', absl::SkipEmpty());
}

}  // namespace

bool IsLocal(std::string_view source) {
  const absl::string_view text = support::ToAbsl(source);
  return text == "." || text == ".." || absl::StartsWith(text, "./") ||
         absl::StartsWith(text, "../");
}

std::string JoinPath(std::string_view folder, std::string_view path) {
  Parts parts = Split(folder);
  for (absl::string_view part : Split(path)) {
    if (part == ".") continue;
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else {
      parts.push_back(part);
    }
  }
  return absl::StrJoin(parts, "/");
}

bool LeadsOutside(std::string_view path) {
  return path == ".." || absl::StartsWith(support::ToAbsl(path), "../");
}

bool HasArchiveName(std::string_view path) {
  for (const char* suffix :
       {".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".zip"}) {
    if (absl::EndsWith(support::ToAbsl(path), suffix)) return true;
  }
  return false;
}

}  // namespace pol::driver
