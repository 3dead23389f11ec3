// What is mounted where, from the text of /proc/self/mountinfo (proc(5)).
#ifndef POL_AGENT_DOCTOR_MOUNTS_H_
#define POL_AGENT_DOCTOR_MOUNTS_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pol::doctor {

struct Mount {
  std::string point;  // absolute
  std::string type;   // "ext4"
  // Of the mount and of its file system: "ro", "nosuid",
  // "lowerdir=/lower".
  std::set<std::string> options;

  bool Has(const std::string& option) const {
    return options.count(option) != 0;
  }
};

// In the order of the text: of two at one point the later one is on top. Lines
// that are none are passed over.
std::vector<Mount> ParseMounts(std::string_view mountinfo);

// The one that `path`, absolute and normal, lies on; null when there is none.
const Mount* MountOf(const std::vector<Mount>& mounts, const std::string& path);

// The folders that an overlay is made of, without the upper one; empty for
// other file systems.
std::vector<std::string> LowerFolders(const Mount& mount);

// Whether `path` is `folder` or below it.
bool IsBelow(const std::string& path, const std::string& folder);

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_MOUNTS_H_
