#include "agent/doctor/mounts.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/view.h"

namespace pol::doctor {
namespace {

// Blanks and backslashes stand as octal numbers.
std::string Unescaped(absl::string_view field) {
  return absl::StrReplaceAll(
      field,
      {{"\\040", " "}, {"\\011", "\t"}, {"\\012", "\n"}, {"\\134", "\\"}});
}

void AddOptions(absl::string_view list, std::set<std::string>& options) {
  for (absl::string_view option : absl::StrSplit(list, ',', absl::SkipEmpty()))
    options.insert(Unescaped(option));
}

}  // namespace

std::vector<Mount> ParseMounts(std::string_view mountinfo) {
  std::vector<Mount> mounts;
  for (absl::string_view line :
       absl::StrSplit(support::ToAbsl(mountinfo), '\n', absl::SkipEmpty())) {
    // id parent device root point options [tags…] - type source options
    const std::vector<absl::string_view> halves = absl::StrSplit(line, " - ");
    if (halves.size() != 2) continue;
    const std::vector<absl::string_view> left = absl::StrSplit(halves[0], ' ');
    const std::vector<absl::string_view> right = absl::StrSplit(halves[1], ' ');
    if (left.size() < 6 || right.size() < 3) continue;
    Mount mount{Unescaped(left[4]), std::string(right[0]), {}};
    AddOptions(left[5], mount.options);
    AddOptions(right[2], mount.options);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

const Mount* MountOf(const std::vector<Mount>& mounts,
                     const std::string& path) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (!IsBelow(path, mount.point)) continue;
    if (found == nullptr || mount.point.size() >= found->point.size())
      found = &mount;
  }
  return found;
}

std::vector<std::string> LowerFolders(const Mount& mount) {
  std::vector<std::string> folders;
  if (mount.type != "overlay") return folders;
  for (const std::string& option : mount.options) {
    absl::string_view list = option;
    if (absl::ConsumePrefix(&list, "lowerdir=")) {
      for (absl::string_view folder :
           absl::StrSplit(list, ':', absl::SkipEmpty()))
        folders.emplace_back(folder);
    }
  }
  return folders;
}

bool IsBelow(const std::string& path, const std::string& folder) {
  if (folder == "/") return absl::StartsWith(path, "/");
  return absl::StartsWith(path, folder) &&
         (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace pol::doctor
