// Runs a program as a given user in a given cgroup and network namespace, and
// never leaves it behind: it dies with its Process, or with us.
#ifndef POL_TESTS_HARNESS_PROCESS_H_
#define POL_TESTS_HARNESS_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/harness/wait.h"

namespace pol::harness {

struct Command {
  std::vector<std::string> argv;         // argv[0] is looked up in PATH
  std::vector<std::string> environment;  // "NAME=value", on top of ours
  std::string input;                     // what it reads on standard input
  std::string cgroup;  // folder of a cgroup2 group; empty: ours
  int netns = -1;      // of a NetworkNamespace; -1: ours
  std::string user;    // with all its groups; empty: ours
};

struct Outcome {
  int exit_status = 0;  // 128 + the signal that ended it
  std::string output;
  std::string errors;
};

// A child process. Standard output and error go to memory, so that it never
// waits for a reader. It gets SIGKILL when the thread that started it ends.
class Process {
 public:
  // An error says which step failed: entering the cgroup, the namespace, exec.
  static absl::StatusOr<Process> Start(const Command& command);

  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();  // kills it when it still runs

  pid_t pid() const { return pid_; }
  std::string output() const;  // what it has written so far
  std::string errors() const;

  absl::Status Signal(int signal) const;

  // Waits for the end. kDeadlineExceeded leaves it running.
  absl::StatusOr<Outcome> Wait(absl::Duration patience = kPatience);

 private:
  Process() = default;
  void KillAndReap();

  pid_t pid_ = -1;
  int pidfd_ = -1;
  int output_ = -1;  // memfd
  int errors_ = -1;  // memfd
  std::optional<int> exit_status_;
};

// Start() and Wait(); a program that does not end in time is killed.
absl::StatusOr<Outcome> RunToEnd(const Command& command,
                                 absl::Duration patience = kPatience);

// Like RunToEnd(), and an exit status other than 0 is an error with what it
// wrote.
absl::StatusOr<std::string> RunOk(const Command& command,
                                  absl::Duration patience = kPatience);

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_PROCESS_H_
