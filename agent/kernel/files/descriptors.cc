#include "agent/kernel/files/descriptors.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace pol::kernel {
namespace {

values::FileKind Kind(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return values::FileKind::kDirectory;
    case S_IFLNK:
      return values::FileKind::kLink;
    case S_IFBLK:
      return values::FileKind::kBlock;
    case S_IFCHR:
      return values::FileKind::kCharacter;
    case S_IFIFO:
      return values::FileKind::kPipe;
    case S_IFSOCK:
      return values::FileKind::kSocket;
    default:
      return values::FileKind::kFile;
  }
}

}  // namespace

int OpenAt2(int folder, const char* path, uint64_t flags) {
  open_how how = {};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_NO_SYMLINKS;
  return static_cast<int>(
      syscall(SYS_openat2, folder, path, &how, sizeof(how)));
}

FileInfo Info(const struct stat& status) {
  return {Kind(status.st_mode), status.st_dev, status.st_ino};
}

bool IsKernelFileSystem(int fd) {
  struct statfs info;
  if (fstatfs(fd, &info) != 0) return true;
  constexpr std::array<unsigned long, 11> kMagics = {
      PROC_SUPER_MAGIC, SYSFS_MAGIC,    CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC,
      DEBUGFS_MAGIC,    TRACEFS_MAGIC,  SECURITYFS_MAGIC,   SELINUX_MAGIC,
      BPF_FS_MAGIC,     PSTOREFS_MAGIC, EFIVARFS_MAGIC};
  return std::find(kMagics.begin(), kMagics.end(),
                   static_cast<unsigned long>(info.f_type)) != kMagics.end();
}

bool PassOver(int error) {
  return error == ENOENT || error == ELOOP || error == ENOTDIR ||
         error == ENAMETOOLONG;
}

absl::StatusOr<std::optional<std::string>> ReadXattr(
    const std::function<ssize_t(char* buffer, size_t size)>& read,
    const std::string& name, const std::string& path) {
  std::array<char, 256> buffer;
  ssize_t size = read(buffer.data(), buffer.size());
  if (size >= 0) return std::string(buffer.data(), static_cast<size_t>(size));
  std::string bytes;
  if (errno == ERANGE) {
    bytes.resize(XATTR_SIZE_MAX);
    size = read(bytes.data(), bytes.size());
  }
  if (size < 0) {
    if (errno == ENODATA) return std::nullopt;
    return support::SystemError(errno,
                                absl::StrCat("read ", name, " of ", path));
  }
  bytes.resize(static_cast<size_t>(size));
  return bytes;
}

}  // namespace pol::kernel
