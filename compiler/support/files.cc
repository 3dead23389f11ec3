#include "compiler/support/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace pol::support {
namespace {

class Fd {
 public:
  explicit Fd(int fd) : fd_(fd) {}
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

std::string Folder(const std::string& path) {
  size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// A terminal, a pipe, /dev/null: something that is written to, not replaced.
bool IsDevice(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) &&
         !S_ISDIR(info.st_mode);
}

// The file that a link leads to is replaced, not the link.
std::string BehindLinks(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string behind = real;
  free(real);
  return behind;
}

absl::Status WriteAll(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(errno, absl::StrCat("write ", path));
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return absl::OkStatus();
}

// Makes what happened to the name of `path` last.
absl::Status SyncFolder(const std::string& path) {
  Fd folder(open(Folder(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() >= 0 && fsync(folder.get()) == 0) return absl::OkStatus();
  return SystemError(errno, absl::StrCat("fsync the folder of ", path));
}

absl::Status WriteThrough(const std::string& path, std::string_view bytes) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0) return SystemError(errno, absl::StrCat("open ", path));
  return WriteAll(fd.get(), bytes, path);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit) {
  Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (fd.get() < 0) return SystemError(errno, absl::StrCat("open ", path));
  std::string bytes;
  std::array<char, 65536> buffer;
  while (true) {
    ssize_t n = read(fd.get(), buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return SystemError(errno, absl::StrCat("read ", path));
    if (n == 0) return bytes;
    bytes.append(buffer.data(), static_cast<size_t>(n));
    if (bytes.size() > limit) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, ": larger than the limit of ", limit, " bytes"));
    }
  }
}

absl::Status WriteFile(const std::string& name, std::string_view bytes,
                       unsigned mode) {
  if (IsDevice(name)) return WriteThrough(name, bytes);
  const std::string path = BehindLinks(name);
  std::string temporary = absl::StrCat(path, ".new.", getpid());
  {
    Fd fd(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (fd.get() < 0)
      return SystemError(errno, absl::StrCat("create ", temporary));
    absl::Status written = WriteAll(fd.get(), bytes, temporary);
    // The umask had its say when the file was made.
    if (written.ok() && fchmod(fd.get(), mode) != 0) {
      written = SystemError(errno, absl::StrCat("chmod ", temporary));
    }
    if (written.ok() && fsync(fd.get()) != 0) {
      written = SystemError(errno, absl::StrCat("fsync ", temporary));
    }
    if (!written.ok()) {
      unlink(temporary.c_str());
      return written;
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) {
    int error = errno;
    unlink(temporary.c_str());
    return SystemError(error, absl::StrCat("rename to ", path));
  }
  return SyncFolder(path);
}

absl::Status RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) == 0) return SyncFolder(path);
  if (errno == ENOENT) return absl::OkStatus();
  return SystemError(errno, absl::StrCat("remove ", path));
}

absl::Status CreateFile(const std::string& path, std::string_view bytes,
                        unsigned mode) {
  Fd fd(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
  if (fd.get() < 0) return SystemError(errno, absl::StrCat("create ", path));
  return WriteAll(fd.get(), bytes, path);
}

absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder,
                                                   std::string_view suffix) {
  DIR* dir = opendir(folder.c_str());
  if (dir == nullptr) return SystemError(errno, absl::StrCat("open ", folder));
  std::vector<std::string> names;
  while (const dirent* entry = readdir(dir)) {
    std::string name = entry->d_name;
    if (absl::EndsWith(name, ToAbsl(suffix))) names.push_back(name);
  }
  closedir(dir);
  std::sort(names.begin(), names.end());
  return names;
}

absl::StatusOr<std::string> NewestNumbered(const std::string& folder,
                                           std::string_view prefix, int limit) {
  POL_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       ListFiles(folder, ""));
  int newest = -1;
  for (const std::string& name : names) {
    absl::string_view number = name;
    int value = 0;
    if (absl::ConsumePrefix(&number, ToAbsl(prefix)) &&
        absl::SimpleAtoi(number, &value) && value > newest && value <= limit) {
      newest = value;
    }
  }
  if (newest < 0) {
    return absl::NotFoundError(
        absl::StrCat(folder, " holds no ", ToAbsl(prefix), "N up to ", limit));
  }
  return absl::StrCat(folder, "/", ToAbsl(prefix), newest);
}

bool IsDirectory(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool Exists(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

}  // namespace pol::support
