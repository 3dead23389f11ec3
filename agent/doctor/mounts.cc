#include "agent/doctor/mounts.h"

#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/support/paths.h"

namespace pol::doctor {

const Mount* MountOf(const std::vector<Mount>& mounts,
                     const std::string& path) {
  const Mount* found = nullptr;
  for (const Mount& mount : mounts) {
    if (!support::IsAtOrBelow(path, mount.point)) continue;
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

}  // namespace pol::doctor
