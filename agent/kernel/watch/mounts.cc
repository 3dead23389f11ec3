#include "agent/kernel/watch/mounts.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pol::kernel {
namespace {

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
