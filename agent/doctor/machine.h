// What the doctor looks at besides files and the SELinux store: small files
// below /proc, /sys and /etc, and questions that the kernel answers. Nothing
// here changes the host.
#ifndef POL_AGENT_DOCTOR_MACHINE_H_
#define POL_AGENT_DOCTOR_MACHINE_H_

#include <memory>
#include <string>
#include <vector>

#include "agent/kernel/network/features.h"
#include "compiler/support/status.h"

namespace pol::doctor {

class Machine {
 public:
  virtual ~Machine() = default;
  Machine() = default;
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // The text of a small file.
  virtual absl::StatusOr<std::string> Read(const std::string& path) const = 0;
  // Whether a path leads to anything.
  virtual bool Exists(const std::string& path) const = 0;
  // The names in a folder, sorted; none when it cannot be read.
  virtual std::vector<std::string> List(const std::string& folder) const = 0;

  virtual std::string Release() const = 0;  // uname -r
  // A login name or a decimal uid.
  virtual bool HasUser(const std::string& name) const = 0;
  // "252"; empty when the service manager is none or another one.
  virtual std::string SystemdVersion() const = 0;

  // The folder of the managed cgroup; `root` as in HostPaths.
  virtual absl::StatusOr<std::string> CgroupRoot(
      const std::string& root) const = 0;
  virtual absl::StatusOr<std::vector<kernel::Feature>> Features() const = 0;
  virtual absl::Status TryPrograms() const = 0;
  // fanotify(7) for a whole file system, with names.
  virtual absl::Status TryWatch() const = 0;
  virtual absl::StatusOr<bool> FirstLiteralWins() const = 0;
};

// This one.
std::unique_ptr<Machine> MakeMachine();

}  // namespace pol::doctor

#endif  // POL_AGENT_DOCTOR_MACHINE_H_
