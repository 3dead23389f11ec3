#include "agent/kernel/files/mount_points.h"

#include <vector>

#include "absl/strings/str_split.h"
#include "compiler/support/files.h"
#include "compiler/support/view.h"

namespace pol::kernel {
namespace {

// "\040" is a space; the kernel escapes space, tab, newline and backslash.
std::string Unescaped(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 3 >= text.size()) {
      plain += text[i];
      continue;
    }
    int code = 0;
    for (size_t digit = 1; digit <= 3; ++digit)
      code = code * 8 + (text[i + digit] - '0');
    plain += static_cast<char>(code);
    i += 3;
  }
  return plain;
}

}  // namespace

MountPoints::MountPoints(std::string_view mountinfo) : known_(true) {
  constexpr size_t kMountPoint = 4;
  for (absl::string_view line :
       absl::StrSplit(support::ToAbsl(mountinfo), '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, ' ');
    if (fields.size() <= kMountPoint) continue;
    const std::string path = Unescaped(fields[kMountPoint]);
    folders_.insert(path.substr(0, path.rfind('/') + 1));
  }
}

MountPoints MountPoints::OfThisProcess() {
  constexpr size_t kMaxText = 16u << 20;
  absl::StatusOr<std::string> text =
      support::ReadFile("/proc/self/mountinfo", kMaxText);
  return text.ok() ? MountPoints(*text) : MountPoints();
}

}  // namespace pol::kernel
