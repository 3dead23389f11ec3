#include "agent/kernel/network/netns.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <optional>
#include <set>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace pol::kernel {
namespace {

constexpr char kOwn[] = "/proc/self/ns/net";

std::optional<uint32_t> Inum(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status)) return std::nullopt;
  return static_cast<uint32_t>(status.st_ino);
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

absl::StatusOr<Fd> OpenPath(const std::string& path, uint32_t inum) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  if (!fd.ok() || fstat(fd.get(), &status))
    return support::SystemError(errno, absl::StrCat("open ", path));
  if (status.st_ino != inum)
    return absl::NotFoundError(absl::StrCat(path, " is another namespace"));
  return fd;
}

}  // namespace

absl::StatusOr<Netns> CurrentNetns() {
  std::optional<uint32_t> inum = Inum("/proc/thread-self/ns/net");
  if (!inum)
    return support::SystemError(errno, "stat /proc/thread-self/ns/net");
  return Netns{*inum, "/proc/thread-self/ns/net"};
}

std::vector<Netns> ListNetns() {
  std::vector<Netns> all;
  std::set<uint32_t> seen;
  VisitCandidates([&](const std::string& path) {
    std::optional<uint32_t> inum = Inum(path);
    if (inum && seen.insert(*inum).second) all.push_back({*inum, path});
    return false;
  });
  return all;
}

absl::StatusOr<Fd> OpenNetns(uint32_t inum, uint32_t pid) {
  if (pid != 0) {
    absl::StatusOr<Fd> fd = OpenPath(OfProcess(absl::StrCat(pid)), inum);
    if (fd.ok()) return fd;
  }
  absl::StatusOr<Fd> found = absl::NotFoundError(absl::StrCat(
      "no process, mount or descriptor holds network namespace ", inum));
  VisitCandidates([&](const std::string& path) {
    if (Inum(path) != inum) return false;
    found = OpenPath(path, inum);
    return found.ok();
  });
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
