#include "agent/kernel/files/tree_scan.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "agent/kernel/files/descriptors.h"
#include "agent/kernel/files/mount_points.h"
#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

using support::SystemError;
using values::FileKind;

constexpr unsigned kMaxWorkers = 4;
constexpr auto kBetweenReports = std::chrono::milliseconds(200);

// A folder that is to be read.
struct Task {
  std::string path;                       // ends in a slash
  std::string start;                      // what a name in it must begin with
  std::optional<uint64_t> parent_device;  // unset: itself it is not visited
  double share = 0;                       // of all there is, as a guess
};

// The tasks of all threads. The one added last is taken first, so that few
// wait.
class Tasks {
 public:
  explicit Tasks(std::vector<Task> first) : waiting_(std::move(first)) {}

  // Waits; nothing when there will be no more.
  std::optional<Task> Take() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [this] { return !waiting_.empty() || Over(); });
    if (Over()) return std::nullopt;
    Task task = std::move(waiting_.back());
    waiting_.pop_back();
    ++taken_;
    return task;
  }

  // A task is done, and has led to others.
  void Done(const absl::Status& status, std::vector<Task> others) {
    std::lock_guard<std::mutex> lock(mutex_);
    --taken_;
    failed_.Update(status);
    std::move(others.begin(), others.end(), std::back_inserter(waiting_));
    if (!others.empty() || Over()) changed_.notify_all();
  }

  // Returns whether it is over; waits for that, but not for long.
  bool WaitForEnd(std::chrono::milliseconds most) {
    std::unique_lock<std::mutex> lock(mutex_);
    return changed_.wait_for(lock, most, [this] { return Over(); });
  }

  absl::Status failed() {
    std::lock_guard<std::mutex> lock(mutex_);
    return failed_;
  }

 private:
  bool Over() const {
    return !failed_.ok() || (waiting_.empty() && taken_ == 0);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Task> waiting_;
  size_t taken_ = 0;
  absl::Status failed_;
};

// What has been visited, for all threads.
class Counts {
 public:
  void Add(uint64_t files, double share) {
    files_.fetch_add(files, std::memory_order_relaxed);
    share_.fetch_add(share, std::memory_order_relaxed);
  }
  ScanProgress Now() const {
    return {files_.load(std::memory_order_relaxed),
            std::min(1.0, share_.load(std::memory_order_relaxed))};
  }

 private:
  std::atomic<uint64_t> files_ = 0;
  std::atomic<double> share_ = 0;
};

struct Name {
  std::string text;
  uint64_t inode;
  unsigned char type;  // DT_…
};

FileKind KindOfType(unsigned char type) {
  switch (type) {
    case DT_DIR:
      return FileKind::kDirectory;
    case DT_LNK:
      return FileKind::kLink;
    case DT_BLK:
      return FileKind::kBlock;
    case DT_CHR:
      return FileKind::kCharacter;
    case DT_FIFO:
      return FileKind::kPipe;
    case DT_SOCK:
      return FileKind::kSocket;
    default:
      return FileKind::kFile;
  }
}

// One folder, open. A file in it is reached by its name alone.
class Folder {
 public:
  Folder(Fd fd, bool own_directory)
      : fd_(std::move(fd)), own_directory_(own_directory) {}

  int fd() const { return fd_.get(); }

  ssize_t GetXattr(const std::string& file, const std::string& name,
                   char* buffer, size_t size) {
    if (own_directory_ && !entered_) {
      if (fchdir(fd_.get()) != 0) return -1;
      entered_ = true;
    }
    if (own_directory_)
      return lgetxattr(file.c_str(), name.c_str(), buffer, size);
    const std::string path =
        absl::StrCat("/proc/self/fd/", fd_.get(), "/", file);
    return lgetxattr(path.c_str(), name.c_str(), buffer, size);
  }

 private:
  Fd fd_;
  bool own_directory_;
  bool entered_ = false;
};

class FileInFolder : public ScannedFile {
 public:
  FileInFolder(Folder& folder, const std::string& path, const std::string& name,
               FileKind kind)
      : folder_(folder), path_(path), name_(name), kind_(kind) {}

  const std::string& path() const override { return path_; }
  FileKind kind() const override { return kind_; }
  absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) override {
    return ReadXattr(
        [&](char* buffer, size_t size) {
          return folder_.GetXattr(name_, name, buffer, size);
        },
        name, path_);
  }

 private:
  Folder& folder_;
  const std::string& path_;
  const std::string& name_;
  FileKind kind_;
};

// One thread's part.
class Worker {
 public:
  Worker(Tasks& tasks, Counts& counts, const MountPoints& mounts,
         FileSystem::ScanVisitor visit)
      : tasks_(tasks),
        counts_(counts),
        mounts_(mounts),
        visit_(std::move(visit)),
        buffer_(64u << 10) {}

  void Run() {
    // A working directory of this thread's own. Without it, only slower.
    own_directory_ = unshare(CLONE_FS) == 0;
    while (std::optional<Task> task = tasks_.Take()) {
      std::vector<Task> others;
      absl::Status status = Visit(*task, &others);
      tasks_.Done(status, std::move(others));
    }
  }

 private:
  absl::Status Visit(const Task& task, std::vector<Task>* others) {
    Folder folder(
        Fd(OpenAt2(AT_FDCWD, task.path.c_str(), O_RDONLY | O_DIRECTORY)),
        own_directory_);
    struct stat status;
    if (folder.fd() < 0 || fstat(folder.fd(), &status) != 0) {
      const int error = errno;
      counts_.Add(0, task.share);
      if (PassOver(error)) return absl::OkStatus();
      return SystemError(error, absl::StrCat("open ", task.path));
    }
    if (task.parent_device != status.st_dev &&
        IsKernelFileSystem(folder.fd())) {
      counts_.Add(0, task.share);
      return absl::OkStatus();
    }
    uint64_t files = 0;
    if (task.parent_device) {
      path_.assign(task.path, 0, task.path.size() - 1);
      POL_RETURN_IF_ERROR(VisitOne(folder, ".", FileKind::kDirectory));
      ++files;
    }
    POL_RETURN_IF_ERROR(List(folder, task));
    for (const Name& name : names_) {
      const std::optional<FileKind> kind = KindOf(folder, task, name);
      if (!kind) continue;
      path_.assign(task.path).append(name.text);
      if (*kind == FileKind::kDirectory) {
        others->push_back({path_ + "/", "", status.st_dev, 0});
        continue;
      }
      POL_RETURN_IF_ERROR(VisitOne(folder, name.text, *kind));
      ++files;
    }
    // What a folder is of the whole is shared by those in it and the rest.
    const double share = task.share / static_cast<double>(others->size() + 1);
    for (Task& other : *others) other.share = share;
    counts_.Add(files, share);
    return absl::OkStatus();
  }

  absl::Status VisitOne(Folder& folder, const std::string& name,
                        FileKind kind) {
    FileInFolder file(folder, path_, name, kind);
    return visit_(file);
  }

  // Nothing when it has vanished. On a mount point, the name comes with the
  // kind of what is below.
  std::optional<FileKind> KindOf(const Folder& folder, const Task& task,
                                 const Name& name) const {
    if (name.type != DT_UNKNOWN && !mounts_.MayBeIn(task.path))
      return KindOfType(name.type);
    struct stat status;
    if (fstatat(folder.fd(), name.text.c_str(), &status, AT_SYMLINK_NOFOLLOW) !=
        0) {
      return std::nullopt;
    }
    return Info(status).kind;
  }

  // The names in a folder, into names_; in the order of their inodes, which
  // lie side by side on a disk.
  absl::Status List(const Folder& folder, const Task& task) {
    names_.clear();
    while (true) {
      const long size =
          syscall(SYS_getdents64, folder.fd(), buffer_.data(), buffer_.size());
      if (size == 0 || (size < 0 && errno == ENOENT)) break;
      if (size < 0) return SystemError(errno, absl::StrCat("read ", task.path));
      for (long at = 0; at < size;) {
        const auto* entry =
            reinterpret_cast<const dirent64*>(buffer_.data() + at);
        at += entry->d_reclen;
        const char* name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
            strncmp(name, task.start.c_str(), task.start.size()) != 0) {
          continue;
        }
        names_.push_back({name, entry->d_ino, entry->d_type});
      }
    }
    std::sort(names_.begin(), names_.end(),
              [](const Name& a, const Name& b) { return a.inode < b.inode; });
    return absl::OkStatus();
  }

  Tasks& tasks_;
  Counts& counts_;
  const MountPoints& mounts_;
  FileSystem::ScanVisitor visit_;
  bool own_directory_ = false;
  std::vector<char> buffer_;
  std::vector<Name> names_;
  std::string path_;
};

}  // namespace

absl::Status ScanTrees(const std::vector<std::string>& prefixes,
                       const std::function<FileSystem::ScanVisitor()>& visitor,
                       const FileSystem::ProgressCallback& progress) {
  std::vector<Task> first;
  for (const std::string& prefix : prefixes) {
    POL_CHECK(!prefix.empty() && prefix[0] == '/') << prefix;
    const size_t slash = prefix.rfind('/');
    first.push_back({prefix.substr(0, slash + 1), prefix.substr(slash + 1),
                     std::nullopt, 1.0 / static_cast<double>(prefixes.size())});
  }
  Tasks tasks(std::move(first));
  Counts counts;
  const MountPoints mounts = MountPoints::OfThisProcess();
  std::vector<std::thread> threads;
  const unsigned workers =
      std::clamp(std::thread::hardware_concurrency(), 1u, kMaxWorkers);
  for (unsigned i = 0; i < workers; ++i) {
    threads.emplace_back([&tasks, &counts, &mounts, visit = visitor()] {
      Worker(tasks, counts, mounts, visit).Run();
    });
  }
  while (!tasks.WaitForEnd(kBetweenReports)) {
    if (progress) progress(counts.Now());
  }
  for (std::thread& thread : threads) thread.join();
  if (progress) progress(counts.Now());
  return tasks.failed();
}

}  // namespace pol::kernel
