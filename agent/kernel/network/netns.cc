#include "agent/kernel/network/netns.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace pol::kernel {
namespace {

constexpr char kOwn[] = "/proc/self/ns/net";

// A namespace that is open, and its number.
struct OpenedNetns {
  Fd fd;
  uint32_t inum = 0;
};

// Opens what `path` names if it is a network namespace, and nothing else: by
// now the name may be another file's, and opening a pipe waits, opening a
// device acts. What O_PATH found stays what it is.
std::optional<OpenedNetns> OpenPath(const std::string& path) {
  Fd found(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct statfs fs;
  if (!found.ok() || fstatfs(found.get(), &fs) || fs.f_type != NSFS_MAGIC)
    return std::nullopt;
  OpenedNetns opened;
  std::string name = absl::StrCat("/proc/self/fd/", found.get());
  opened.fd = Fd(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!opened.fd.ok() ||
      ioctl(opened.fd.get(), NS_GET_NSTYPE) != CLONE_NEWNET ||
      fstat(opened.fd.get(), &status))
    return std::nullopt;
  opened.inum = static_cast<uint32_t>(status.st_ino);
  return opened;
}

std::string OfProcess(std::string_view pid) {
  return absl::StrCat("/proc/", std::string(pid), "/ns/net");
}

// The names in a folder; empty for one that cannot be read (any more).
std::vector<std::string> NamesIn(const std::string& folder) {
  std::vector<std::string> names;
  DIR* directory = opendir(folder.c_str());
  if (directory == nullptr) return names;
  while (dirent* entry = readdir(directory)) names.push_back(entry->d_name);
  closedir(directory);
  return names;
}

std::vector<std::string> Processes() {
  std::vector<std::string> pids;
  uint32_t pid;
  for (std::string& name : NamesIn("/proc"))
    if (absl::SimpleAtoi(name, &pid)) pids.push_back(std::move(name));
  return pids;
}

bool IsNetnsLink(const std::string& path) {
  char target[8] = {};
  return readlink(path.c_str(), target, sizeof(target) - 1) > 0 &&
         std::string_view(target).substr(0, 5) == "net:[";
}

using Visit = absl::FunctionRef<bool(const std::string&)>;

bool VisitMounts(Visit visit) {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" - nsfs ") == std::string::npos) continue;
    std::vector<std::string> fields = absl::StrSplit(line, ' ');
    if (fields.size() > 4 && fields[3].rfind("net:", 0) == 0 &&
        visit(fields[4]))
      return true;
  }
  return false;
}

// A namespace can be held by nothing but a file descriptor.
bool VisitDescriptors(const std::vector<std::string>& pids, Visit visit) {
  for (const std::string& pid : pids) {
    std::string folder = absl::StrCat("/proc/", pid, "/fd");
    for (const std::string& name : NamesIn(folder)) {
      std::string path = absl::StrCat(folder, "/", name);
      if (IsNetnsLink(path) && visit(path)) return true;
    }
  }
  return false;
}

// Calls `visit` for each candidate until it returns true; the cheap ones first.
void VisitCandidates(Visit visit) {
  if (visit(kOwn) || VisitMounts(visit)) return;
  std::vector<std::string> pids = Processes();
  for (const std::string& pid : pids)
    if (visit(OfProcess(pid))) return;
  VisitDescriptors(pids, visit);
}

}  // namespace

absl::StatusOr<uint32_t> CurrentNetns() {
  std::optional<OpenedNetns> current = OpenPath("/proc/thread-self/ns/net");
  if (!current)
    return absl::FailedPreconditionError(
        "/proc/thread-self/ns/net is no network namespace: is /proc mounted?");
  return current->inum;
}

absl::Status ForEachNetns(
    absl::FunctionRef<absl::Status(uint32_t, int)> visit) {
  std::set<uint32_t> seen;
  absl::Status status;
  VisitCandidates([&](const std::string& path) {
    std::optional<OpenedNetns> one = OpenPath(path);
    if (one && seen.insert(one->inum).second)
      status = visit(one->inum, one->fd.get());
    return !status.ok();
  });
  return status;
}

absl::StatusOr<Fd> OpenNetns(uint32_t inum, uint32_t pid) {
  absl::StatusOr<Fd> found = absl::NotFoundError(absl::StrCat(
      "no process, mount or descriptor holds network namespace ", inum));
  auto try_path = [&](const std::string& path) {
    std::optional<OpenedNetns> one = OpenPath(path);
    if (!one || one->inum != inum) return false;
    found = std::move(one->fd);
    return true;
  };
  if (pid == 0 || !try_path(OfProcess(absl::StrCat(pid))))
    VisitCandidates(try_path);
  return found;
}

absl::Status RunInNetns(int netns_fd, absl::FunctionRef<absl::Status()> work) {
  absl::Status status;
  std::thread thread([&] {
    status = setns(netns_fd, CLONE_NEWNET)
                 ? support::SystemError(errno, "setns to network namespace")
                 : work();
  });
  thread.join();
  return status;
}

}  // namespace pol::kernel
