// The texts that become paths on a host: what is wrong with them, in words for
// the author.
#ifndef POL_COMPILER_SEMA_CHECK_PATHS_H_
#define POL_COMPILER_SEMA_CHECK_PATHS_H_

#include <string_view>

#include "compiler/support/status.h"

namespace pol::sema {

// A file's path: absolute and in the one form the kernel would print it (no
// `//`, `.`, `..` or closing `/`), at most 4095 bytes, without control
// characters.
absl::Status CheckFilePath(std::string_view path);

// A cgroup below the managed one (cgroups(7)): as above, each name at most 127
// bytes, the length that an event of the kernel's programs carries, and none
// that the cgroup file system itself uses ("cgroup.*").
absl::Status CheckCgroup(std::string_view path);

// The name of a unit with processes of its own (systemd.unit(5)): ends in
// .service, .scope or .socket and fits a cgroup's name.
absl::Status CheckUnit(std::string_view name);

// A login name as useradd(8) takes it, or a decimal uid.
absl::Status CheckUser(std::string_view user);

// A path expression of file_contexts(5): one that every libselinux reads alike.
// Absolute, printable ASCII without blanks (a line of the file is split at
// blanks, and one bad line disables all), no `(?…)` groups and no back
// references, brackets in pairs, shorter than 4096 bytes.
absl::Status CheckPathExpression(std::string_view expression);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_CHECK_PATHS_H_
