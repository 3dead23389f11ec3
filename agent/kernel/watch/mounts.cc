#include "agent/kernel/watch/mounts.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pol::kernel {
namespace {

// Blank, tab, newline and backslash stand as \ooo.
std::string Unescape(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto digit = [&](size_t at) { return text[i + at] - '0'; };
    if (text[i] == '\\' && i + 3 < text.size()) {
      out += static_cast<char>(digit(1) * 64 + digit(2) * 8 + digit(3));
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool OfTheKernel(const std::string& type) {
  static constexpr std::array<std::string_view, 17> kTypes = {
      "proc",        "sysfs",      "cgroup", "cgroup2",   "debugfs",
      "tracefs",     "securityfs", "bpf",    "selinuxfs", "pstore",
      "efivarfs",    "devpts",     "mqueue", "configfs",  "autofs",
      "binfmt_misc", "nsfs"};
  return std::find(kTypes.begin(), kTypes.end(), type) != kTypes.end();
}

bool LiesBelow(const std::string& path, const std::string& folder) {
  return folder == "/" || path == folder ||
         absl::StartsWith(path, absl::StrCat(folder, "/"));
}

class Concerned {
 public:
  explicit Concerned(const std::vector<Mount>& mounts) {
    // A later mount hides an earlier one at the same place.
    for (const Mount& mount : mounts) by_point_[mount.point] = {mount, false};
  }

  void AddPath(const std::string& path, bool writes) {
    ConcernedMount* holder = nullptr;
    for (auto& [point, mount] : by_point_) {
      // Sorted: of those above the path, the deepest comes last.
      if (LiesBelow(path, point)) holder = &mount;
    }
    if (holder != nullptr) Add(*holder, writes);
  }

  void AddBelow(const std::string& prefix, bool writes) {
    AddPath(prefix, writes);
    for (auto& [point, mount] : by_point_)
      if (absl::StartsWith(point, prefix)) Add(mount, writes);
  }

  std::vector<ConcernedMount> Take() {
    std::vector<ConcernedMount> out;
    for (const std::string& point : found_) out.push_back(by_point_.at(point));
    return out;
  }

 private:
  void Add(ConcernedMount& mount, bool writes) {
    if (OfTheKernel(mount.mount.type)) return;
    mount.writes = mount.writes || writes;
    found_.insert(mount.mount.point);
  }

  std::map<std::string, ConcernedMount> by_point_;
  std::set<std::string> found_;
};

}  // namespace

std::vector<Mount> ParseMounts(const std::string& text) {
  std::vector<Mount> mounts;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    // Optional fields end at a dash.
    auto dash = std::find(words.begin(), words.end(), "-");
    if (words.size() < 7 || dash == words.end() || dash + 1 == words.end())
      continue;
    mounts.push_back({std::string(words[2]), Unescape(words[3]),
                      Unescape(words[4]), std::string(*(dash + 1))});
  }
  return mounts;
}

std::vector<ConcernedMount> ConcernedMounts(const std::vector<Mount>& mounts,
                                            const Interest& interest) {
  Concerned concerned(mounts);
  for (const auto& [path, writes] : interest.files)
    concerned.AddPath(path, writes);
  for (const std::string& tree : interest.trees)
    concerned.AddBelow(tree, false);
  for (const std::string& folder : interest.settings)
    concerned.AddPath(folder, true);
  return concerned.Take();
}

}  // namespace pol::kernel
