#include "tests/harness/process.h"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/support/status.h"

namespace pol::harness {
namespace {

// What the child says through a pipe when it could not become the program.
struct Failure {
  int error = 0;
  std::array<char, 28> step = {};
};

struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string home;
};

// Everything the child needs, made before fork: after it only system calls are
// safe.
struct Plan {
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::string procs_file;
  std::optional<Account> account;
  int netns = -1;
  int input = -1;
  int output = -1;
  int errors = -1;
  int failure = -1;  // write end of the pipe
  pid_t parent = 0;
};

void CloseFd(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

absl::StatusOr<Account> FindAccount(const std::string& user) {
  errno = 0;
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) {
    return absl::NotFoundError(absl::StrCat("no user ", user));
  }
  Account account{entry->pw_uid, entry->pw_gid, {}, entry->pw_dir};
  int count = 64;
  account.groups.resize(static_cast<size_t>(count));
  if (getgrouplist(user.c_str(), account.gid, account.groups.data(), &count) <
      0) {
    return absl::InternalError(absl::StrCat(user, " is in too many groups"));
  }
  account.groups.resize(static_cast<size_t>(count));
  return account;
}

absl::StatusOr<int> MemoryFile(const char* name, std::string_view content) {
  const int fd = memfd_create(name, MFD_CLOEXEC);
  if (fd < 0) return support::SystemError(errno, "memfd_create");
  while (!content.empty()) {
    const ssize_t n = write(fd, content.data(), content.size());
    if (n < 0) return support::SystemError(errno, "write to a memfd");
    content.remove_prefix(static_cast<size_t>(n));
  }
  lseek(fd, 0, SEEK_SET);
  return fd;
}

std::string ReadMemoryFile(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  ssize_t n;
  while ((n = pread(fd, buffer.data(), buffer.size(),
                    static_cast<off_t>(text.size()))) > 0) {
    text.append(buffer.data(), static_cast<size_t>(n));
  }
  return text;
}

[[noreturn]] void Fail(const Plan& plan, std::string_view step) {
  Failure failure;
  failure.error = errno;
  step.copy(failure.step.data(), failure.step.size() - 1);
  [[maybe_unused]] ssize_t n = write(plan.failure, &failure, sizeof failure);
  _exit(127);
}

void EnterCgroup(const Plan& plan) {
  if (plan.procs_file.empty()) return;
  const int fd = open(plan.procs_file.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "0", 1) != 1) Fail(plan, "entering the cgroup");
  close(fd);
}

void BecomeUser(const Plan& plan) {
  if (!plan.account) return;
  const Account& account = *plan.account;
  if (setgroups(account.groups.size(), account.groups.data()) != 0 ||
      setgid(account.gid) != 0 || setuid(account.uid) != 0) {
    Fail(plan, "becoming the user");
  }
}

[[noreturn]] void BecomeProgram(const Plan& plan) {
  setpgid(0, 0);
  EnterCgroup(plan);
  if (plan.netns >= 0 && setns(plan.netns, CLONE_NEWNET) != 0) {
    Fail(plan, "entering the namespace");
  }
  BecomeUser(plan);
  // After the change of user, which clears it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) Fail(plan, "prctl");
  if (getppid() != plan.parent) _exit(127);
  if (dup2(plan.input, 0) < 0 || dup2(plan.output, 1) < 0 ||
      dup2(plan.errors, 2) < 0) {
    Fail(plan, "redirecting");
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvpe(plan.argv[0], plan.argv.data(), plan.environment.data());
  Fail(plan, "exec");
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Ours, with `added` after it; for a name given twice the last one counts, so
// the ones it replaces are left out.
std::vector<std::string> MergedEnvironment(
    const std::vector<std::string>& added) {
  std::vector<std::string> merged = added;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& other : added) replaced |= other.starts_with(name);
    if (!replaced) merged.emplace_back(text);
  }
  return merged;
}

int ExitStatusOf(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
                                : 128 + WTERMSIG(wait_status);
}

}  // namespace

absl::StatusOr<Process> Process::Start(const Command& command) {
  const std::string what = absl::StrJoin(command.argv, " ");
  std::vector<std::string> argv = command.argv;
  std::vector<std::string> added = command.environment;
  Plan plan;
  if (!command.user.empty()) {
    POL_ASSIGN_OR_RETURN(plan.account, FindAccount(command.user));
    added.insert(added.begin(), absl::StrCat("HOME=", plan.account->home));
  }
  std::vector<std::string> environment = MergedEnvironment(added);
  plan.argv = Pointers(argv);
  plan.environment = Pointers(environment);
  if (!command.cgroup.empty()) {
    plan.procs_file = absl::StrCat(command.cgroup, "/cgroup.procs");
  }
  plan.netns = command.netns;
  plan.parent = getpid();

  Process process;
  POL_ASSIGN_OR_RETURN(process.output_, MemoryFile("output", ""));
  POL_ASSIGN_OR_RETURN(process.errors_, MemoryFile("errors", ""));
  POL_ASSIGN_OR_RETURN(plan.input, MemoryFile("input", command.input));
  plan.output = process.output_;
  plan.errors = process.errors_;
  std::array<int, 2> pipe_fds;
  if (pipe2(pipe_fds.data(), O_CLOEXEC) != 0) {
    return support::SystemError(errno, "pipe2");
  }
  plan.failure = pipe_fds[1];

  process.pid_ = fork();
  if (process.pid_ == 0) BecomeProgram(plan);
  const int fork_error = errno;
  CloseFd(plan.input);
  CloseFd(pipe_fds[1]);
  if (process.pid_ < 0) {
    CloseFd(pipe_fds[0]);
    return support::SystemError(fork_error, "fork");
  }
  process.pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, process.pid_, 0));
  // End of file means that exec closed the other end.
  Failure failure;
  const ssize_t n = read(pipe_fds[0], &failure, sizeof failure);
  CloseFd(pipe_fds[0]);
  if (n != 0) {
    return support::SystemError(failure.error,
                                absl::StrCat(what, ": ", failure.step.data()));
  }
  return process;
}

Process::Process(Process&& other) noexcept { *this = std::move(other); }

Process& Process::operator=(Process&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pidfd_, other.pidfd_);
  std::swap(output_, other.output_);
  std::swap(errors_, other.errors_);
  std::swap(exit_status_, other.exit_status_);
  return *this;
}

Process::~Process() {
  KillAndReap();
  CloseFd(pidfd_);
  CloseFd(output_);
  CloseFd(errors_);
}

void Process::KillAndReap() {
  if (pid_ < 0 || exit_status_) return;
  int status = 0;
  kill(pid_, SIGKILL);
  if (waitpid(pid_, &status, 0) == pid_) exit_status_ = ExitStatusOf(status);
}

std::string Process::output() const { return ReadMemoryFile(output_); }
std::string Process::errors() const { return ReadMemoryFile(errors_); }

absl::Status Process::Signal(int signal) const {
  if (exit_status_) return absl::FailedPreconditionError("it has ended");
  if (kill(pid_, signal) != 0) return support::SystemError(errno, "kill");
  return absl::OkStatus();
}

absl::StatusOr<Outcome> Process::Wait(absl::Duration patience) {
  if (!exit_status_) {
    pollfd ended = {pidfd_, POLLIN, 0};
    const int n =
        poll(&ended, 1, static_cast<int>(absl::ToInt64Milliseconds(patience)));
    if (n < 0) return support::SystemError(errno, "poll");
    if (n == 0) {
      return absl::DeadlineExceededError(
          absl::StrCat("process ", pid_, " has not ended after ",
                       absl::FormatDuration(patience)));
    }
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) {
      return support::SystemError(errno, "waitpid");
    }
    exit_status_ = ExitStatusOf(status);
  }
  return Outcome{*exit_status_, output(), errors()};
}

absl::StatusOr<Outcome> RunToEnd(const Command& command,
                                 absl::Duration patience) {
  POL_ASSIGN_OR_RETURN(Process process, Process::Start(command));
  absl::StatusOr<Outcome> outcome = process.Wait(patience);
  if (!outcome.ok()) {
    return support::Annotate(outcome.status(),
                             absl::StrJoin(command.argv, " "));
  }
  return outcome;
}

absl::StatusOr<std::string> RunOk(const Command& command,
                                  absl::Duration patience) {
  POL_ASSIGN_OR_RETURN(Outcome outcome, RunToEnd(command, patience));
  if (outcome.exit_status != 0) {
    return absl::InternalError(absl::StrCat(
        absl::StrJoin(command.argv, " "), " ended with status ",
        outcome.exit_status, ": ", outcome.errors, outcome.output));
  }
  return outcome.output;
}

}  // namespace pol::harness
