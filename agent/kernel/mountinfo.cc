#include "agent/kernel/mountinfo.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "compiler/support/files.h"
#include "compiler/support/view.h"

namespace pol::kernel {
namespace {

constexpr size_t kMaxText = 16u << 20;

// The kernel writes these four as octal numbers.
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
    // number parent device root point options [tags…] - type source options
    const std::vector<absl::string_view> halves = absl::StrSplit(line, " - ");
    if (halves.size() != 2) continue;
    const std::vector<absl::string_view> left = absl::StrSplit(halves[0], ' ');
    const std::vector<absl::string_view> right = absl::StrSplit(halves[1], ' ');
    Mount mount;
    if (left.size() < 6 || right.size() < 3 ||
        !absl::SimpleAtoi(left[0], &mount.number)) {
      continue;
    }
    mount.device = std::string(left[2]);
    mount.root = Unescaped(left[3]);
    mount.point = Unescaped(left[4]);
    mount.type = std::string(right[0]);
    AddOptions(left[5], mount.options);
    AddOptions(right[2], mount.options);
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

absl::StatusOr<std::vector<Mount>> ReadMounts() {
  POL_ASSIGN_OR_RETURN(const std::string text,
                       support::ReadFile("/proc/self/mountinfo", kMaxText));
  return ParseMounts(text);
}

}  // namespace pol::kernel
