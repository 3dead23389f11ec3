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

// Calls `visit` for each candidate until it returns true.
void VisitCandidates(absl::FunctionRef<bool(const std::string&)> visit) {
  if (visit(kOwn)) return;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    if (line.find(" - nsfs ") == std::string::npos) continue;
    std::vector<std::string> fields = absl::StrSplit(line, ' ');
    if (fields.size() > 4 && fields[3].rfind("net:", 0) == 0 &&
        visit(fields[4]))
      return;
  }
  DIR* proc = opendir("/proc");
  if (proc == nullptr) return;
  while (dirent* entry = readdir(proc)) {
    uint32_t pid;
    if (absl::SimpleAtoi(entry->d_name, &pid) &&
        visit(OfProcess(entry->d_name)))
      break;
  }
  closedir(proc);
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
  absl::StatusOr<Fd> found = absl::NotFoundError(
      absl::StrCat("no process or mount holds network namespace ", inum));
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
