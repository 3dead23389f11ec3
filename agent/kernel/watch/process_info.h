// Who did something: a process, as /proc shows it at once afterwards.
#ifndef POL_AGENT_KERNEL_WATCH_PROCESS_INFO_H_
#define POL_AGENT_KERNEL_WATCH_PROCESS_INFO_H_

#include <sys/types.h>

#include <string>

namespace pol::kernel {

struct Process {
  pid_t pid = 0;      // 0: of another pid namespace
  bool gone = false;  // it ended before it could be looked at
  std::string name;   // /proc/PID/comm
  std::string exe;    // empty: not known
  uid_t uid = 0;      // effective
  std::string unit;   // "cron.service"; the cgroup's path when it is in none

  friend bool operator==(const Process&, const Process&) = default;
};

// Ends with `gone` when there is no such process (any more).
Process LookUpProcess(pid_t pid);

// The systemd unit in the text of /proc/PID/cgroup, "" at the root.
std::string UnitOf(const std::string& cgroup_text);

// "cp (pid 4711, uid 0, unit cron.service)", "process 4711, which is gone"
std::string Describe(const Process& process);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_PROCESS_INFO_H_
