#include "agent/kernel/watch/file_key.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace pol::kernel {
namespace {

using support::SystemError;

// A file_handle with room for the longest handle.
struct Handle {
  alignas(file_handle)
      std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> bytes = {};
  file_handle* get() { return reinterpret_cast<file_handle*>(bytes.data()); }
};

}  // namespace

absl::StatusOr<FileKey> KeyOf(const std::string& path) {
  Fd fd(open(path.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.ok()) return SystemError(errno, path);
  struct statfs info;
  if (fstatfs(fd.get(), &info) != 0) return SystemError(errno, path);
  Handle handle;
  handle.get()->handle_bytes = MAX_HANDLE_SZ;
  int mount_id = 0;
  if (name_to_handle_at(fd.get(), "", handle.get(), &mount_id, AT_EMPTY_PATH) !=
      0) {
    return SystemError(errno, absl::StrCat("take the file handle of ", path));
  }
  FileKey key;
  static_assert(sizeof(info.f_fsid) == sizeof(key.file_system));
  memcpy(&key.file_system, &info.f_fsid, sizeof(key.file_system));
  key.type = handle.get()->handle_type;
  key.handle.assign(reinterpret_cast<char*>(handle.get()->f_handle),
                    handle.get()->handle_bytes);
  return key;
}

absl::StatusOr<Fd> OpenByKey(int mount, const FileKey& key) {
  Handle handle;
  if (key.handle.size() > MAX_HANDLE_SZ)
    return absl::InvalidArgumentError("a file handle that is too long");
  handle.get()->handle_bytes = static_cast<unsigned>(key.handle.size());
  handle.get()->handle_type = key.type;
  memcpy(handle.get()->f_handle, key.handle.data(), key.handle.size());
  Fd fd(open_by_handle_at(mount, handle.get(), O_PATH | O_CLOEXEC));
  if (fd.ok()) return fd;
  if (errno == ESTALE) return absl::NotFoundError("the file is no more");
  return SystemError(errno, "open by file handle");
}

absl::StatusOr<std::string> PathOf(const Fd& fd) {
  std::array<char, PATH_MAX> path;
  std::string link = absl::StrCat("/proc/self/fd/", fd.get());
  ssize_t size = readlink(link.c_str(), path.data(), path.size());
  if (size < 0) return SystemError(errno, link);
  return std::string(path.data(), static_cast<size_t>(size));
}

}  // namespace pol::kernel
