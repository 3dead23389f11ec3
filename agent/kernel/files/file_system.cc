#include "agent/kernel/files/file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#include <vector>

#include "agent/kernel/files/descriptors.h"
#include "agent/kernel/files/tree_scan.h"
#include "compiler/support/check.h"

namespace pol::kernel {
namespace {

using support::SystemError;

// When the file was made, in nanoseconds; 0 where the file system does not say.
int64_t Born(int fd) {
  struct statx info;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &info) != 0 ||
      (info.stx_mask & STATX_BTIME) == 0) {
    return 0;
  }
  return info.stx_btime.tv_sec * 1'000'000'000 + info.stx_btime.tv_nsec;
}

class KernelFile : public OpenFile {
 public:
  KernelFile(std::string path, Fd fd, FileInfo info)
      : path_(std::move(path)),
        // An O_PATH descriptor refuses fsetxattr(2); the link in /proc leads to
        // the same inode, whatever became of the path.
        link_(absl::StrCat("/proc/self/fd/", fd.get())),
        fd_(std::move(fd)),
        info_(info) {}

  const FileInfo& info() const override { return info_; }

  absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) override {
    return ReadXattr(
        [&](char* buffer, size_t size) {
          return getxattr(link_.c_str(), name.c_str(), buffer, size);
        },
        name, path_);
  }

  absl::Status SetXattr(const std::string& name,
                        const std::string& bytes) override {
    if (setxattr(link_.c_str(), name.c_str(), bytes.data(), bytes.size(), 0) !=
        0) {
      return SystemError(errno, absl::StrCat("write ", name, " of ", path_));
    }
    return absl::OkStatus();
  }

  absl::Status RemoveXattr(const std::string& name) override {
    if (removexattr(link_.c_str(), name.c_str()) != 0 && errno != ENODATA)
      return SystemError(errno, absl::StrCat("remove ", name, " of ", path_));
    return absl::OkStatus();
  }

 private:
  std::string path_;
  std::string link_;
  Fd fd_;
  FileInfo info_;
};

// Says where a path leads whose folders hold a symbolic link.
absl::Status ThroughLink(const std::string& path) {
  size_t slash = path.rfind('/');
  std::string folder = slash == 0 ? "/" : path.substr(0, slash);
  char* real = realpath(folder.c_str(), nullptr);
  if (real == nullptr) return SystemError(errno, absl::StrCat("open ", path));
  std::string help =
      absl::StrCat(strcmp(real, "/") == 0 ? "" : real, path.substr(slash));
  free(real);
  return absl::FailedPreconditionError(
      absl::StrCat(path,
                   ": a folder on the way is a symbolic link; the file "
                   "is ",
                   help));
}

struct DirCloser {
  void operator()(DIR* dir) const { closedir(dir); }
};

struct Entry {
  std::string name;
  FileInfo info;
};

// What is in a folder and begins with `start`, sorted by name.
absl::StatusOr<std::vector<Entry>> List(int folder, const std::string& path,
                                        const std::string& start) {
  int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) {
    if (errno == ENOENT) return std::vector<Entry>();
    return SystemError(errno, absl::StrCat("open ", path));
  }
  std::unique_ptr<DIR, DirCloser> dir(fdopendir(own));
  POL_CHECK(dir != nullptr) << "fdopendir of a folder just opened";
  std::vector<Entry> entries;
  while (const dirent* entry = readdir(dir.get())) {
    std::string name = entry->d_name;
    if (name == "." || name == ".." ||
        name.compare(0, start.size(), start) != 0)
      continue;
    struct stat status;
    if (fstatat(folder, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno == ENOENT) continue;
      return SystemError(errno, absl::StrCat("examine ", path, name));
    }
    entries.push_back({std::move(name), Info(status)});
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

class Walker {
 public:
  explicit Walker(const FileSystem::Visitor& visit) : visit_(visit) {}

  // `path` ends in a slash; `start` is what a name in it must begin with. No
  // descriptor is held while the folders below are walked, so a deep tree
  // does not exhaust them.
  absl::Status Folder(const std::string& path, const std::string& start,
                      std::optional<uint64_t> parent_device) {
    std::vector<Entry> entries;
    uint64_t device;
    {
      Fd folder(OpenAt2(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY));
      struct stat status;
      if (folder.get() < 0 || fstat(folder.get(), &status) != 0) {
        if (PassOver(errno)) return absl::OkStatus();
        return SystemError(errno, absl::StrCat("open ", path));
      }
      device = status.st_dev;
      if (parent_device != device && IsKernelFileSystem(folder.get()))
        return absl::OkStatus();
      if (parent_device) visit_(path.substr(0, path.size() - 1), Info(status));
      POL_ASSIGN_OR_RETURN(entries, List(folder.get(), path, start));
    }
    for (const Entry& entry : entries) {
      std::string full = absl::StrCat(path, entry.name);
      if (entry.info.kind != values::FileKind::kDirectory) {
        visit_(full, entry.info);
        continue;
      }
      POL_RETURN_IF_ERROR(Folder(absl::StrCat(full, "/"), "", device));
    }
    return absl::OkStatus();
  }

 private:
  const FileSystem::Visitor& visit_;
};

class WalkedFile : public ScannedFile {
 public:
  WalkedFile(FileSystem& files, const std::string& path, values::FileKind kind)
      : files_(files), path_(path), kind_(kind) {}

  const std::string& path() const override { return path_; }
  values::FileKind kind() const override { return kind_; }
  absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) override {
    POL_ASSIGN_OR_RETURN(std::unique_ptr<OpenFile> file, files_.Open(path_));
    return file->GetXattr(name);
  }

 private:
  FileSystem& files_;
  const std::string& path_;
  values::FileKind kind_;
};

class KernelFileSystem : public FileSystem {
 public:
  absl::StatusOr<std::unique_ptr<OpenFile>> Open(
      const std::string& path) override {
    Fd fd(OpenAt2(AT_FDCWD, path.c_str(), O_PATH | O_NOFOLLOW));
    if (fd.get() < 0) {
      if (errno == ELOOP) return ThroughLink(path);
      return SystemError(errno, path);
    }
    struct stat status;
    if (fstat(fd.get(), &status) != 0) return SystemError(errno, path);
    FileInfo info = Info(status);
    info.born = Born(fd.get());
    return std::make_unique<KernelFile>(path, std::move(fd), info);
  }

  absl::Status Walk(const std::string& prefix, const Visitor& visit) override {
    POL_CHECK(!prefix.empty() && prefix[0] == '/') << prefix;
    size_t slash = prefix.rfind('/');
    return Walker(visit).Folder(prefix.substr(0, slash + 1),
                                prefix.substr(slash + 1), std::nullopt);
  }

  absl::Status Scan(const std::vector<std::string>& prefixes,
                    const std::function<ScanVisitor()>& visitor) override {
    return ScanTrees(prefixes, visitor, progress());
  }
};

}  // namespace

absl::Status FileSystem::Scan(const std::vector<std::string>& prefixes,
                              const std::function<ScanVisitor()>& visitor) {
  const ScanVisitor visit = visitor();
  absl::Status failed;
  uint64_t files = 0;
  for (const std::string& prefix : prefixes) {
    POL_RETURN_IF_ERROR(
        Walk(prefix, [&](const std::string& path, const FileInfo& info) {
          if (!failed.ok()) return;
          WalkedFile file(*this, path, info.kind);
          failed = visit(file);
          ++files;
        }));
  }
  if (progress_) progress_({files, 1});
  return failed;
}

std::unique_ptr<FileSystem> MakeFileSystem() {
  return std::make_unique<KernelFileSystem>();
}

}  // namespace pol::kernel
