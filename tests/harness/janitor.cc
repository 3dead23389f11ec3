#include "tests/harness/janitor.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/support/status.h"
#include "tests/harness/wait.h"

namespace pol::harness {
namespace {

namespace fs = std::filesystem;

bool IsPopulated(const std::string& cgroup) {
  std::ifstream events(absl::StrCat(cgroup, "/cgroup.events"));
  std::stringstream text;
  text << events.rdbuf();
  return text.str().find("populated 1") != std::string::npos;
}

absl::Status RemoveFolder(const std::string& folder) {
  std::error_code error;
  fs::remove_all(folder, error);
  if (error) return support::SystemError(error.value(), folder);
  return absl::OkStatus();
}

// Lazily, since a program may still be about to end in one. One that was never
// made is fine.
void Unmount(const std::vector<std::string>& mounts) {
  for (auto mount = mounts.rbegin(); mount != mounts.rend(); ++mount) {
    umount2(mount->c_str(), MNT_DETACH);
  }
}

absl::Status RemoveAll(const Belongings& belongings) {
  absl::Status first = RemoveCgroup(belongings.cgroup);
  Unmount(belongings.mounts);
  absl::Status second = RemoveFolder(belongings.folder);
  return first.ok() ? second : first;
}

// The janitor's whole life. `alive` and `answer` are its ends of the pipes.
[[noreturn]] void Work(const Belongings& belongings, int alive, int answer) {
  setsid();
  for (int ignored : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    signal(ignored, SIG_IGN);
  }
  // Our standard streams and whatever else was open must not stay open through
  // it: a reader of the test's output would wait for the end of file.
  dup2(alive, 0);
  dup2(answer, 1);
  close_range(2, ~0U, 0);
  open("/dev/null", O_WRONLY);
  char byte;
  while (read(0, &byte, 1) < 0 && errno == EINTR) {
  }
  const absl::Status status = RemoveAll(belongings);
  if (!status.ok()) {
    const std::string text(status.message());
    [[maybe_unused]] ssize_t n = write(1, text.data(), text.size());
  }
  _exit(0);
}

}  // namespace

absl::Status RemoveCgroup(const std::string& cgroup) {
  if (cgroup.empty() || !fs::exists(cgroup)) return absl::OkStatus();
  std::ofstream(absl::StrCat(cgroup, "/cgroup.kill")) << "1";
  if (!WaitUntil([&] { return !IsPopulated(cgroup); })) {
    return absl::InternalError(absl::StrCat(cgroup, ": processes stay"));
  }
  std::vector<std::string> groups = {cgroup};
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(cgroup)) {
    if (entry.is_directory()) groups.push_back(entry.path());
  }
  // A folder stands before its children.
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    // A process that is just ending may hold its group for a moment more.
    if (!WaitUntil([&] { return rmdir(group->c_str()) == 0; },
                   absl::Seconds(10))) {
      return support::SystemError(errno, *group);
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Janitor> Janitor::Hire(const Belongings& belongings) {
  std::array<int, 2> alive;
  std::array<int, 2> answer;
  if (pipe2(alive.data(), O_CLOEXEC) != 0) {
    return support::SystemError(errno, "pipe2");
  }
  if (pipe2(answer.data(), O_CLOEXEC) != 0) {
    close(alive[0]);
    close(alive[1]);
    return support::SystemError(errno, "pipe2");
  }
  // Forked twice: who kills us with all our children does not find it.
  const pid_t child = fork();
  if (child == 0) {
    const pid_t grandchild = fork();
    if (grandchild == 0) Work(belongings, alive[0], answer[1]);
    _exit(grandchild < 0 ? 1 : 0);
  }
  const int fork_error = errno;
  close(alive[0]);
  close(answer[1]);
  Janitor janitor;
  janitor.alive_ = alive[1];
  janitor.answer_ = answer[0];
  if (child < 0) return support::SystemError(fork_error, "fork");
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) return absl::InternalError("no janitor could be started");
  return janitor;
}

Janitor::Janitor(Janitor&& other) noexcept { *this = std::move(other); }

Janitor& Janitor::operator=(Janitor&& other) noexcept {
  std::swap(alive_, other.alive_);
  std::swap(answer_, other.answer_);
  return *this;
}

Janitor::~Janitor() { Dismiss().IgnoreError(); }

absl::Status Janitor::Dismiss() {
  if (alive_ < 0) return absl::OkStatus();
  close(std::exchange(alive_, -1));
  std::string complaint;
  std::array<char, 1024> buffer;
  ssize_t n;
  while ((n = read(answer_, buffer.data(), buffer.size())) > 0) {
    complaint.append(buffer.data(), static_cast<size_t>(n));
  }
  close(std::exchange(answer_, -1));
  if (complaint.empty()) return absl::OkStatus();
  return absl::InternalError(complaint);
}

}  // namespace pol::harness
