#include "agent/kernel/network/cgroup.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <fstream>
#include <vector>

#include "absl/strings/str_split.h"

namespace pol::kernel {

absl::StatusOr<std::string> FindCgroup2() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    // proc(5): id parent device root mount-point options [optional…] - type
    // source options
    std::vector<std::string> halves = absl::StrSplit(line, " - ");
    if (halves.size() != 2 || halves[1].rfind("cgroup2 ", 0) != 0) continue;
    std::vector<std::string> fields = absl::StrSplit(halves[0], ' ');
    if (fields.size() > 4) return fields[4];
  }
  return absl::FailedPreconditionError(
      "this host has no cgroup2 hierarchy mounted (looked in "
      "/proc/self/mountinfo): connections are judged by the cgroup of their "
      "process; mount one with: mount -t cgroup2 none /sys/fs/cgroup");
}

absl::StatusOr<Cgroup> Cgroup::Open(std::string path) {
  if (path.empty()) {
    POL_ASSIGN_OR_RETURN(path, FindCgroup2());
  }
  Fd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok())
    return support::SystemError(errno, absl::StrCat("open cgroup ", path));
  struct statfs fs;
  if (fstatfs(fd.get(), &fs))
    return support::SystemError(errno, absl::StrCat("statfs ", path));
  if (fs.f_type != CGROUP2_SUPER_MAGIC)
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is not a cgroup of the cgroup2 hierarchy"));
  struct stat status;
  if (fstat(fd.get(), &status))
    return support::SystemError(errno, absl::StrCat("stat ", path));
  // The inode number of a cgroup's folder is its id.
  return Cgroup(std::move(path), std::move(fd), status.st_ino);
}

}  // namespace pol::kernel
