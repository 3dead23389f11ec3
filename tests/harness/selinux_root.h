// A host's SELinux policy in a folder: Debian's, as selinux_root.sh makes it.
#ifndef POL_TESTS_HARNESS_SELINUX_ROOT_H_
#define POL_TESTS_HARNESS_SELINUX_ROOT_H_

#include <string>

#include "absl/status/status.h"

namespace pol::harness {

// Makes `folder` such a root, with no local changes. The policy is built once
// for a build directory and copied from there. kUnavailable says what is
// missing, the package or the programs that unpack it.
absl::Status MakeSelinuxRoot(const std::string& folder);

// Makes `folder` the root of a host with the policy of selinux_tiny.cil: for
// tests that commit hundreds of times. Needs semodule(8), which is kUnavailable
// when it is missing, and no archive.
absl::Status MakeTinySelinuxRoot(const std::string& folder);

}  // namespace pol::harness

#endif  // POL_TESTS_HARNESS_SELINUX_ROOT_H_
