#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/fanotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

#include "absl/strings/match.h"
#include "agent/kernel/fd.h"
#include "agent/kernel/watch/concern.h"
#include "agent/kernel/watch/file_watch.h"
#include "agent/kernel/watch/mounts.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using support::SystemError;

// A queue without a limit could take all memory; when this one overflows, the
// files are read again. The process is looked up by its number: a pidfd for
// each event would cost more than the event, and says nothing of a process
// that has ended.
constexpr unsigned kInit = FAN_CLASS_NOTIF | FAN_CLOEXEC | FAN_NONBLOCK |
                           FAN_REPORT_DFID_NAME | FAN_REPORT_FID;
constexpr uint64_t kAlways = FAN_ATTRIB | FAN_CREATE | FAN_MOVED_TO | FAN_ONDIR;

constexpr size_t kBuffer = 1u << 16;
constexpr size_t kReadsAtOnce = 8;
// A file of no interest that is written to this often is not told of again.
constexpr unsigned kBusyWrites = 64;
constexpr size_t kMaxCounted = 4096;

// Flags of newer kernels and headers.
#ifndef FAN_MARK_EVICTABLE
constexpr unsigned kEvictable = 0x200;
#else
constexpr unsigned kEvictable = FAN_MARK_EVICTABLE;
#endif
constexpr unsigned kIgnore =
    FAN_MARK_IGNORED_MASK | FAN_MARK_IGNORED_SURV_MODIFY | kEvictable;

std::string WhyNoMark(int error) {
  switch (error) {
    case EXDEV:
      return "a part of a file system, whose other parts are told apart from "
             "it by their identity";
    case ENODEV:
      return "the file system has no identity that the kernel could report";
    case EOPNOTSUPP:
      return "the file system cannot name its files by handles";
    case EACCES:
      return "permission denied: SELinux may refuse watch_sb (docs/drift.md)";
    case EPERM:
      return "watching file systems takes CAP_SYS_ADMIN";
    default:
      return strerror(error);
  }
}

class FanotifyWatch : public FileWatch {
 public:
  explicit FanotifyWatch(Fd mounts) : mounts_(std::move(mounts)) {}

  absl::StatusOr<std::vector<Coverage>> Watch(
      const Interest& interest) override {
    group_ = Fd();
    file_systems_.clear();
    busy_.clear();
    concern_.Set(interest);
    if (interest.empty()) return std::vector<Coverage>();
    POL_ASSIGN_OR_RETURN(const std::vector<Mount> mounts, ReadMounts());
    group_ = Fd(fanotify_init(kInit, O_RDONLY | O_CLOEXEC | O_LARGEFILE));
    int error = group_.ok() ? 0 : errno;
    std::vector<Coverage> all;
    for (const ConcernedMount& concerned : ConcernedMounts(mounts, interest)) {
      const Mount& mount = concerned.mount;
      std::string reason =
          error != 0 ? absl::StrCat("fanotify_init: ", WhyNoInit(error))
                     : Mark(mount.point, concerned.writes);
      all.push_back({mount.point, mount.type, reason.empty(), reason});
    }
    // After the marks: a file that comes in between is told of by its path.
    for (const auto& [path, writes] : interest.files) {
      absl::StatusOr<FileKey> key = KeyOf(path);
      if (key.ok()) concern_.Know(*key, path);
    }
    return all;
  }

  void Wait(int wake, int timeout_ms) override {
    std::array<pollfd, 3> fds = {{{wake, POLLIN, 0},
                                  {group_.get(), POLLIN, 0},
                                  {mounts_.get(), POLLPRI, 0}}};
    if (poll(fds.data(), fds.size(), timeout_ms) <= 0) return;
    // Told once only.
    if (fds[2].revents != 0) moved_ = true;
  }

  absl::StatusOr<Batch> Read() override {
    Batch batch;
    batch.moved = std::exchange(moved_, false);
    processes_.clear();
    for (size_t i = 0; i < kReadsAtOnce && group_.ok(); ++i) {
      ssize_t size = read(group_.get(), buffer_.data(), buffer_.size());
      if (size < 0 && errno == EAGAIN) break;
      if (size < 0) return SystemError(errno, "read fanotify events");
      std::string_view bytes(buffer_.data(), static_cast<size_t>(size));
      while (!bytes.empty()) {
        POL_ASSIGN_OR_RETURN(FanotifyEvent event, TakeEvent(&bytes));
        ++batch.seen;
        Handle(event, &batch);
      }
    }
    return batch;
  }

 private:
  struct MountPoint {
    std::string path;
    Fd fd;
  };

  static std::string WhyNoInit(int error) {
    if (error == EINVAL || error == ENOSYS)
      return "the kernel is older than 5.9 or built without it";
    return strerror(error);
  }

  // "", or why the file system is not watched.
  std::string Mark(const std::string& point, bool writes) {
    // Neither a FIFO nor a device is opened: a mount point can be any file.
    Fd place(open(point.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status;
    if (!place.ok() || fstat(place.get(), &status) != 0) return strerror(errno);
    if (!S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode))
      return "it is neither a folder nor a file";
    std::string link = absl::StrCat("/proc/self/fd/", place.get());
    Fd mount(open(link.c_str(), O_RDONLY | O_CLOEXEC));
    if (!mount.ok()) return strerror(errno);
    absl::StatusOr<FileKey> key = KeyOf(point);
    if (!key.ok()) return std::string(key.status().message());
    // Folders have to be found again by what the kernel reports of them.
    absl::StatusOr<Fd> found = OpenByKey(mount.get(), *key);
    if (!found.ok()) return std::string(found.status().message());
    uint64_t mask = kAlways | (writes ? FAN_MODIFY : 0);
    if (fanotify_mark(group_.get(), FAN_MARK_ADD | FAN_MARK_FILESYSTEM, mask,
                      mount.get(), nullptr) != 0) {
      return WhyNoMark(errno);
    }
    file_systems_[key->file_system].push_back({point, std::move(mount)});
    return "";
  }

  void Handle(const FanotifyEvent& event, Batch* batch) {
    if ((event.mask & FAN_Q_OVERFLOW) != 0) {
      batch->lost = true;
      return;
    }
    constexpr uint64_t kFolderMoved = FAN_ONDIR | FAN_MOVED_TO;
    if ((event.mask & kFolderMoved) == kFolderMoved) concern_.ForgetFolders();
    if (event.pid == getpid()) return;
    bool moved = false;
    std::optional<Touched> touched = concern_.Judge(event, &moved);
    batch->moved = batch->moved || moved;
    if (!touched) {
      if ((event.mask & FAN_MODIFY) != 0 && event.file) CountWrite(*event.file);
      return;
    }
    // At once: it may end any moment.
    touched->who = Who(event.pid);
    // The name may be another file's now, under which its events come.
    bool arrived = (event.mask & (FAN_CREATE | FAN_MOVED_TO)) != 0;
    if (arrived && !touched->setting && !touched->folder)
      Arrived(touched->path);
    batch->touched.push_back(*std::move(touched));
  }

  void Arrived(const std::string& path) {
    if (!concern_.IsFile(path)) return;
    absl::StatusOr<FileKey> key = KeyOf(path);
    if (!key.ok()) return;
    concern_.Know(*key, path);
    // It may have been a busy file of no interest until now.
    busy_.erase(*key);
    fanotify_mark(
        group_.get(),
        FAN_MARK_REMOVE | FAN_MARK_IGNORED_MASK | FAN_MARK_DONT_FOLLOW,
        FAN_MODIFY, AT_FDCWD, path.c_str());
  }

  const Process& Who(pid_t pid) {
    auto known = processes_.find(pid);
    if (known == processes_.end())
      known = processes_.emplace(pid, LookUpProcess(pid)).first;
    return known->second;
  }

  std::optional<std::string> FindFolder(const FileKey& key) {
    auto mounts = file_systems_.find(key.file_system);
    if (mounts == file_systems_.end()) return std::nullopt;
    for (const MountPoint& mount : mounts->second) {
      absl::StatusOr<Fd> fd = OpenByKey(mount.fd.get(), key);
      if (!fd.ok()) continue;
      absl::StatusOr<std::string> path = PathOf(*fd);
      // A folder that this mount does not show has a path elsewhere.
      if (path.ok() && absl::StartsWith(*path, mount.path)) return *path;
    }
    return std::nullopt;
  }

  // The kernel drops the mark when it needs the memory; the file is then
  // counted on, and marked again.
  void CountWrite(const FileKey& key) {
    if (busy_.size() >= kMaxCounted) busy_.clear();
    if (++busy_[key] % kBusyWrites != 0) return;
    auto mounts = file_systems_.find(key.file_system);
    if (mounts == file_systems_.end()) return;
    absl::StatusOr<Fd> fd = OpenByKey(mounts->second[0].fd.get(), key);
    if (!fd.ok()) return;
    std::string link = absl::StrCat("/proc/self/fd/", fd->get());
    // Before 5.19 a mark would hold the file in memory: refused, and well so.
    fanotify_mark(group_.get(), FAN_MARK_ADD | kIgnore, FAN_MODIFY, AT_FDCWD,
                  link.c_str());
  }

  Fd mounts_;
  Fd group_;
  bool moved_ = false;
  std::array<char, kBuffer> buffer_;
  std::unordered_map<uint64_t, std::vector<MountPoint>> file_systems_;
  std::unordered_map<FileKey, unsigned, absl::Hash<FileKey>> busy_;
  std::unordered_map<pid_t, Process> processes_;
  Concern concern_{[this](const FileKey& key) { return FindFolder(key); }};
};

}  // namespace

absl::StatusOr<std::unique_ptr<FileWatch>> MakeFileWatch() {
  Fd mounts(open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  if (!mounts.ok()) return SystemError(errno, "/proc/self/mountinfo");
  return std::make_unique<FanotifyWatch>(std::move(mounts));
}

}  // namespace pol::kernel
