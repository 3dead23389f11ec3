// The host that a policy is compiled for: the SELinux policy that is installed
// there.
#ifndef POL_COMPILER_TARGET_TARGET_H_
#define POL_COMPILER_TARGET_TARGET_H_

#include <optional>
#include <string>

#include "compiler/filecontexts/file_contexts.h"
#include "compiler/support/status.h"
#include "compiler/target/target_policy.h"

namespace pol::target {

struct Target {
  std::string name;  // SELINUXTYPE, "default"
  TargetPolicy policy;
  filecontexts::Texts file_contexts;  // without any, `base` is empty
};

// Of a folder that is laid out as the root of a host: etc/selinux/config names
// the policy NAME, whose compiled form and file contexts are below
// etc/selinux/NAME. Errors say what is missing.
absl::StatusOr<Target> ReadTarget(const std::string& root);

// Of this host; nothing when no SELinux policy is installed on it.
absl::StatusOr<std::optional<Target>> ReadThisHost();

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_TARGET_H_
