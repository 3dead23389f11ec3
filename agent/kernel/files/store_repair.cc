#include "agent/kernel/files/store_repair.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/kernel/files/policy_files.h"
#include "compiler/support/files.h"

namespace pol::kernel {
namespace {

using support::Exists;
using support::SystemError;

constexpr size_t kMaxFile = 256u << 20;

// One of libsemanage's locks, as it takes them itself: flock(2).
class FileLock {
 public:
  static absl::StatusOr<FileLock> Take(const std::string& path) {
    FileLock lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (lock.fd_ < 0) return SystemError(errno, absl::StrCat("open ", path));
    if (flock(lock.fd_, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK)
      return SystemError(errno, absl::StrCat("lock ", path));
    return absl::UnavailableError(
        absl::StrCat("somebody works on the SELinux store (", path,
                     " is locked); try again"));
  }
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileLock() {
    if (fd_ >= 0) close(fd_);
  }

 private:
  explicit FileLock(int fd) : fd_(fd) {}

  int fd_;
};

std::string TransactionLock(const StoreFolders& folders) {
  return folders.store + "/semanage.trans.LOCK";
}

bool HasRules(const std::string& file_contexts) {
  absl::StatusOr<std::string> text = support::ReadFile(file_contexts, kMaxFile);
  if (!text.ok()) return false;
  for (absl::string_view line : absl::StrSplit(*text, '\n')) {
    line = absl::StripLeadingAsciiWhitespace(line);
    if (!line.empty() && line[0] != '#') return true;
  }
  return false;
}

// The compiled policy that libselinux would load: the newest format.
std::string NewestPolicy(const std::string& folder) {
  return support::NewestNumbered(folder, "policy.",
                                 std::numeric_limits<int>::max())
      .value_or("");
}

}  // namespace

bool LooksCutOff(const StoreFolders& folders) {
  return !Exists(folders.store + "/active") || Exists(folders.store + "/tmp") ||
         Exists(folders.final);
}

absl::StatusOr<std::string> MakeUsable(const StoreFolders& folders) {
  if (!LooksCutOff(folders)) return "";
  POL_ASSIGN_OR_RETURN(FileLock writing,
                       FileLock::Take(TransactionLock(folders)));
  // It may have been under way until now.
  if (!LooksCutOff(folders)) return "";
  std::string done =
      "a transaction was cut off: its policy was installed again, as a whole";
  std::string active = folders.store + "/active";
  std::string previous = folders.store + "/previous";
  if (!Exists(active)) {
    POL_ASSIGN_OR_RETURN(FileLock reading,
                         FileLock::Take(folders.store + "/semanage.read.LOCK"));
    if (!Exists(previous)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the SELinux store has neither ", active, " nor ",
                       previous, ": nothing is left to go back to"));
    }
    if (rename(previous.c_str(), active.c_str()) != 0) {
      return SystemError(errno,
                         absl::StrCat("rename ", previous, " to ", active));
    }
    done = absl::StrCat("a transaction was cut off: ", previous,
                        " is the store again, and was installed");
  }
  return done;
}

void DropForgottenLock(const StoreFolders& folders) {
  struct stat lock;
  if (stat(TransactionLock(folders).c_str(), &lock) != 0) return;
  absl::StatusOr<std::vector<std::string>> names =
      support::ListFiles("/proc/self/fd", "");
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    int fd = -1;
    struct stat open_file;
    if (absl::SimpleAtoi(name, &fd) && fstat(fd, &open_file) == 0 &&
        open_file.st_dev == lock.st_dev && open_file.st_ino == lock.st_ino)
      close(fd);
  }
}

absl::Status CompareInstalled(const StoreFolders& folders) {
  std::string active = folders.store + "/active/";
  std::string contexts = folders.installed + "/contexts/files/";
  const std::array<std::pair<std::string, std::string>, 5> pairs = {{
      {active + "file_contexts", contexts + "file_contexts"},
      {active + "file_contexts.homedirs", contexts + "file_contexts.homedirs"},
      {active + "file_contexts.local", contexts + "file_contexts.local"},
      {active + "seusers", folders.installed + "/seusers"},
      {active + "policy.kern", NewestPolicy(folders.installed + "/policy")},
  }};
  for (const auto& [stored, installed] : pairs) {
    absl::StatusOr<std::string> want = support::ReadFile(stored, kMaxFile);
    if (absl::IsNotFound(want.status())) continue;
    if (!want.ok()) return want.status();
    absl::StatusOr<std::string> have = support::ReadFile(installed, kMaxFile);
    if (have.ok() && *have == *want) continue;
    return absl::DataLossError(
        absl::StrCat(installed, " is not what the SELinux store has in ",
                     stored, have.ok() ? "" : ": ", have.status().message()));
  }
  for (const char* suffix : {"", ".homedirs", ".local"}) {
    std::string text = absl::StrCat(contexts, "file_contexts", suffix);
    // libselinux refuses what was compiled of nothing, and reads the text.
    if (HasRules(text)) POL_RETURN_IF_ERROR(CheckCompiled(text + ".bin"));
  }
  return absl::OkStatus();
}

}  // namespace pol::kernel
