#include "agent/kernel/files/program_facts.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>

#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/kernel/files/descriptors.h"
#include "agent/kernel/files/file_capabilities.h"
#include "agent/kernel/mountinfo.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using support::SystemError;

constexpr size_t kMaxLine = 256;  // of a script; the kernel reads as much

std::string Link(int fd) { return absl::StrCat("/proc/self/fd/", fd); }

// Where the mount with that number stands, and its file system.
void FillMount(uint64_t number, ProgramFacts* facts) {
  const absl::StatusOr<std::vector<Mount>> mounts = ReadMounts();
  if (!mounts.ok()) return;
  for (const Mount& mount : *mounts) {
    if (mount.number != number) continue;
    facts->mount_point = mount.point;
    facts->file_system = mount.type;
    return;
  }
}

absl::Status FillStat(int fd, const std::string& path, ProgramFacts* facts) {
  struct statx info;
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &info) !=
      0) {
    return SystemError(errno, absl::StrCat("examine ", path));
  }
  if (!S_ISREG(info.stx_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is not a regular file"));
  }
  facts->mode = info.stx_mode & 07777u;
  facts->uid = info.stx_uid;
  facts->gid = info.stx_gid;
  facts->immutable = (info.stx_attributes & STATX_ATTR_IMMUTABLE) != 0;
  facts->append_only = (info.stx_attributes & STATX_ATTR_APPEND) != 0;
  if ((info.stx_mask & STATX_MNT_ID) != 0) FillMount(info.stx_mnt_id, facts);
  struct statvfs mount;
  if (fstatvfs(fd, &mount) != 0)
    return SystemError(errno, absl::StrCat("examine the mount of ", path));
  facts->nosuid = (mount.f_flag & ST_NOSUID) != 0;
  facts->noexec = (mount.f_flag & ST_NOEXEC) != 0;
  facts->read_only = (mount.f_flag & ST_RDONLY) != 0;
  facts->holds_capabilities =
      getxattr(Link(fd).c_str(), kCapabilityXattr, nullptr, 0) >= 0 ||
      errno != EOPNOTSUPP;
  return absl::OkStatus();
}

void FillContent(int path_fd, ProgramFacts* facts) {
  // Known to be a regular file, and the very one, whatever its path is now.
  Fd file(open(Link(path_fd).c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file.get() < 0) return;
  std::string start(kMaxLine, '\0');
  ssize_t size = pread(file.get(), start.data(), start.size(), 0);
  start.resize(size < 0 ? 0 : static_cast<size_t>(size));
  absl::string_view line = start;
  if (absl::ConsumePrefix(&line, "#!")) {
    line = line.substr(0, line.find('\n'));
    facts->script = std::string(absl::StripAsciiWhitespace(line));
  }
  facts->elf = ReadElf(file.get());
}

void AddRewriters(const struct stat& info, const std::string& folder,
                  std::vector<std::string>* out) {
  const std::string what =
      folder.empty() ? "it" : absl::StrCat("the folder ", folder);
  if (info.st_uid != 0)
    out->push_back(absl::StrCat("user ", info.st_uid, " owns ", what));
  // In a sticky folder only owners replace a file.
  if (!folder.empty() && (info.st_mode & S_ISVTX) != 0) return;
  if ((info.st_mode & S_IWOTH) != 0) {
    out->push_back(absl::StrCat("everybody may write ", what));
  } else if ((info.st_mode & S_IWGRP) != 0 && info.st_gid != 0) {
    out->push_back(absl::StrCat("group ", info.st_gid, " may write ", what));
  }
}

void FillRewriters(int fd, const std::string& path, ProgramFacts* facts) {
  struct stat info;
  if (fstat(fd, &info) == 0) AddRewriters(info, "", &facts->rewriters);
  for (size_t slash = path.rfind('/');; slash = path.rfind('/', slash - 1)) {
    const std::string folder = slash == 0 ? "/" : path.substr(0, slash);
    Fd opened(OpenAt2(AT_FDCWD, folder.c_str(), O_PATH | O_DIRECTORY));
    if (opened.get() >= 0 && fstat(opened.get(), &info) == 0)
      AddRewriters(info, folder, &facts->rewriters);
    if (slash == 0) return;
  }
}

}  // namespace

absl::StatusOr<ProgramFacts> ReadProgramFacts(const std::string& path) {
  Fd fd(OpenAt2(AT_FDCWD, path.c_str(), O_PATH | O_NOFOLLOW));
  if (fd.get() < 0) return SystemError(errno, absl::StrCat("open ", path));
  ProgramFacts facts;
  POL_RETURN_IF_ERROR(FillStat(fd.get(), path, &facts));
  FillContent(fd.get(), &facts);
  FillRewriters(fd.get(), path, &facts);
  return facts;
}

absl::StatusOr<int> LastCapability() {
  constexpr char kFile[] = "/proc/sys/kernel/cap_last_cap";
  POL_ASSIGN_OR_RETURN(std::string text, support::ReadFile(kFile, 64));
  int last = 0;
  if (!absl::SimpleAtoi(text, &last))
    return absl::DataLossError(absl::StrCat(kFile, " holds no number"));
  return last;
}

bool InUserNamespace() {
  constexpr ino_t kFirst = 0xEFFFFFFD;  // PROC_USER_INIT_INO, of all kernels
  struct stat info;
  return stat("/proc/self/ns/user", &info) == 0 && info.st_ino != kFirst;
}

}  // namespace pol::kernel
