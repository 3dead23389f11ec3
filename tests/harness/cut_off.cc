#include "tests/harness/cut_off.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <set>

#include "absl/strings/str_cat.h"
#include "compiler/support/status.h"

namespace pol::harness {

#if defined(__x86_64__)

namespace {

struct Call {
  long number;
  const char* name;
};

constexpr std::array kCalls = {
    Call{SYS_rename, "rename"},
    Call{SYS_renameat, "renameat"},
    Call{SYS_renameat2, "renameat2"},
    Call{SYS_unlink, "unlink"},
    Call{SYS_unlinkat, "unlinkat"},
    Call{SYS_rmdir, "rmdir"},
    Call{SYS_mkdir, "mkdir"},
    Call{SYS_mkdirat, "mkdirat"},
    Call{SYS_link, "link"},
    Call{SYS_linkat, "linkat"},
    Call{SYS_symlink, "symlink"},
    Call{SYS_symlinkat, "symlinkat"},
    Call{SYS_mknod, "mknod"},
    Call{SYS_mknodat, "mknodat"},
    Call{SYS_fsync, "fsync"},
    Call{SYS_fdatasync, "fdatasync"},
    Call{SYS_sync, "sync"},
    Call{SYS_syncfs, "syncfs"},
    Call{SYS_setxattr, "setxattr"},
    Call{SYS_lsetxattr, "lsetxattr"},
    Call{SYS_fsetxattr, "fsetxattr"},
    Call{SYS_removexattr, "removexattr"},
    Call{SYS_lremovexattr, "lremovexattr"},
    Call{SYS_fremovexattr, "fremovexattr"},
    Call{SYS_truncate, "truncate"},
    Call{SYS_ftruncate, "ftruncate"},
    Call{SYS_fallocate, "fallocate"},
    Call{SYS_chmod, "chmod"},
    Call{SYS_fchmod, "fchmod"},
    Call{SYS_fchmodat, "fchmodat"},
    Call{SYS_chown, "chown"},
    Call{SYS_fchown, "fchown"},
    Call{SYS_lchown, "lchown"},
    Call{SYS_fchownat, "fchownat"},
    Call{SYS_utimensat, "utimensat"},
    Call{SYS_creat, "creat"},
    Call{SYS_mount, "mount"},
    Call{SYS_umount2, "umount2"},
};

// To a file, not to one of the first three descriptors.
constexpr std::array kWrites = {
    Call{SYS_write, "write"},       Call{SYS_writev, "writev"},
    Call{SYS_pwrite64, "pwrite64"}, Call{SYS_pwritev, "pwritev"},
    Call{SYS_pwritev2, "pwritev2"},
};

// Those of bpf(2) that change maps, pins and links.
constexpr std::array kBpfCommands = {
    BPF_MAP_UPDATE_ELEM, BPF_MAP_DELETE_ELEM,  BPF_MAP_UPDATE_BATCH,
    BPF_OBJ_PIN,         BPF_LINK_CREATE,      BPF_PROG_ATTACH,
    BPF_PROG_DETACH,     BPF_LINK_UPDATE,      BPF_LINK_DETACH,
    BPF_PROG_LOAD,       BPF_MAP_DELETE_BATCH, BPF_MAP_FREEZE,
};

const char* NameOf(long number) {
  for (const auto& call : kCalls)
    if (call.number == number) return call.name;
  for (const auto& call : kWrites)
    if (call.number == number) return call.name;
  if (number == SYS_bpf) return "bpf";
  if (number == SYS_sendfile || number == SYS_copy_file_range) return "copy";
  return "open";
}

class Filter {
 public:
  Filter() {
    Load(offsetof(seccomp_data, nr));
    for (const Call& call : kCalls) {
      Jump(BPF_JEQ, static_cast<uint32_t>(call.number), 0, 1);
      Return(SECCOMP_RET_TRACE);
    }
    // Each part tests an argument and leaves when it was its call.
    for (const Call& call : kWrites)
      Part(call.number, 0, BPF_JGT, {STDERR_FILENO});
    Part(SYS_sendfile, 0, BPF_JGT, {STDERR_FILENO});
    Part(SYS_copy_file_range, 2, BPF_JGT, {STDERR_FILENO});
    Part(SYS_open, 1, BPF_JSET, {O_CREAT | O_TRUNC});
    Part(SYS_openat, 2, BPF_JSET, {O_CREAT | O_TRUNC});
    Part(SYS_bpf, 0, BPF_JEQ,
         std::vector<uint32_t>(kBpfCommands.begin(), kBpfCommands.end()));
    Return(SECCOMP_RET_ALLOW);
  }

  bool Install() {
    sock_fprog program = {static_cast<unsigned short>(code_.size()),
                          code_.data()};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
  }

 private:
  void Part(long number, int argument, uint16_t test,
            const std::vector<uint32_t>& values) {
    // The tests, and for each a return; one more at the end.
    auto length = static_cast<uint8_t>(2 * values.size() + 2);
    Jump(BPF_JEQ, static_cast<uint32_t>(number), 0, length);
    Load(offsetof(seccomp_data, args) +
         sizeof(uint64_t) * static_cast<size_t>(argument));
    for (uint32_t value : values) {
      Jump(test, value, 0, 1);
      Return(SECCOMP_RET_TRACE);
    }
    Return(SECCOMP_RET_ALLOW);
  }
  void Load(size_t offset) {
    code_.push_back(
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)));
  }
  void Jump(uint16_t test, uint32_t value, uint8_t yes, uint8_t no) {
    code_.push_back(BPF_JUMP(static_cast<uint16_t>(BPF_JMP | test | BPF_K),
                             value, yes, no));
  }
  void Return(uint32_t action) {
    code_.push_back(BPF_STMT(BPF_RET | BPF_K, action));
  }

  std::vector<sock_filter> code_;
};

// In the child, between fork and exec.
[[noreturn]] void BecomeTraced(int output, Filter& filter,
                               const std::function<int()>& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) _exit(127);
  raise(SIGSTOP);
  if (!filter.Install()) _exit(127);
  _exit(work());
}

class Tracer {
 public:
  Tracer(pid_t root, const Cut& cut) : root_(root), cut_(cut) {}

  absl::Status Follow(CutOutcome* outcome) {
    int status = 0;
    if (waitpid(root_, &status, __WALL) != root_ || !WIFSTOPPED(status))
      return absl::InternalError("the traced process did not stop");
    constexpr long kOptions = PTRACE_O_EXITKILL | PTRACE_O_TRACESECCOMP |
                              PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                              PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SETOPTIONS, root_, 0, kOptions) != 0)
      return support::SystemError(errno, "PTRACE_SETOPTIONS");
    alive_.insert(root_);
    Continue(root_, 0);
    while (!alive_.empty()) {
      pid_t pid = waitpid(-1, &status, __WALL);
      if (pid < 0 && errno == EINTR) continue;
      if (pid < 0) return support::SystemError(errno, "waitpid");
      if (WIFSTOPPED(status)) {
        OnStop(pid, status, outcome);
      } else {
        alive_.erase(pid);
        if (pid == root_) outcome->exit_status = ExitStatus(status);
      }
    }
    return absl::OkStatus();
  }

 private:
  static int ExitStatus(int status) {
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }

  void OnStop(pid_t pid, int status, CutOutcome* outcome) {
    alive_.insert(pid);
    int event = status >> 16;
    if (event == PTRACE_EVENT_SECCOMP) {
      OnCall(pid, outcome);
    } else if (event != 0 || WSTOPSIG(status) == SIGSTOP) {
      // A new process begins with a SIGSTOP of ptrace's.
      Continue(pid, 0);
    } else {
      Continue(pid, WSTOPSIG(status));
    }
  }

  void OnCall(pid_t pid, CutOutcome* outcome) {
    if (outcome->killed) return;
    if (++outcome->calls != cut_.at) return Continue(pid, 0);
    user_regs_struct registers = {};
    ptrace(PTRACE_GETREGS, pid, 0, &registers);
    outcome->name = NameOf(static_cast<long>(registers.orig_rax));
    if (cut_.error == 0) {
      // A call at which a process is killed is not made.
      outcome->killed = cut_.signal == SIGKILL;
      for (pid_t one : alive_) kill(one, cut_.signal);
      if (!outcome->killed) Continue(pid, 0);
      return;
    }
    registers.orig_rax = static_cast<unsigned long long>(-1);
    registers.rax = static_cast<unsigned long long>(-cut_.error);
    ptrace(PTRACE_SETREGS, pid, 0, &registers);
    Continue(pid, 0);
  }

  static void Continue(pid_t pid, int signal) {
    ptrace(PTRACE_CONT, pid, 0, signal);
  }

  pid_t root_;
  Cut cut_;
  std::set<pid_t> alive_;
};

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer;
  lseek(fd, 0, SEEK_SET);
  for (ssize_t n; (n = read(fd, buffer.data(), buffer.size())) > 0;)
    text.append(buffer.data(), static_cast<size_t>(n));
  return text;
}

}  // namespace

std::optional<std::string> WhyNoCuts() { return std::nullopt; }

absl::StatusOr<CutOutcome> RunCutOff(const std::function<int()>& work,
                                     const Cut& cut) {
  int output = memfd_create("output", MFD_CLOEXEC);
  if (output < 0) return support::SystemError(errno, "memfd_create");
  Filter filter;
  pid_t pid = fork();
  if (pid == 0) BecomeTraced(output, filter, work);
  if (pid < 0) {
    close(output);
    return support::SystemError(errno, "fork");
  }
  CutOutcome outcome;
  absl::Status followed = Tracer(pid, cut).Follow(&outcome);
  outcome.output = ReadAll(output);
  close(output);
  if (!followed.ok()) {
    kill(pid, SIGKILL);
    return followed;
  }
  return outcome;
}

absl::StatusOr<CutOutcome> RunCutOff(const std::vector<std::string>& argv,
                                     const Cut& cut) {
  std::vector<char*> arguments;
  for (const std::string& argument : argv)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  return RunCutOff(
      [&arguments] {
        execv(arguments[0], arguments.data());
        return 127;
      },
      cut);
}

#else  // another processor has other registers

std::optional<std::string> WhyNoCuts() {
  return "programs are cut off on x86-64 only";
}

absl::StatusOr<CutOutcome> RunCutOff(const std::function<int()>&, const Cut&) {
  return absl::UnimplementedError(*WhyNoCuts());
}

absl::StatusOr<CutOutcome> RunCutOff(const std::vector<std::string>&,
                                     const Cut&) {
  return absl::UnimplementedError(*WhyNoCuts());
}

#endif

}  // namespace pol::harness
