// Reading and writing whole files: the compiler's only way to the disk.
#ifndef POL_COMPILER_SUPPORT_FILES_H_
#define POL_COMPILER_SUPPORT_FILES_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/status.h"

namespace pol::support {

// All bytes of a regular file (or of whatever else can be read, a pipe say). A
// file with more than `limit` bytes is kResourceExhausted, found without
// reading more than that.
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit);

// Replaces `path` as a whole: a new file beside it, fsync, rename(2), fsync of
// the folder. A reader sees the old bytes or the new ones. `mode` is the new
// file's permission bits. A symbolic link stays, what it leads to is replaced;
// a device or a pipe (/dev/null, /dev/stdout) is written to as it is.
absl::Status WriteFile(const std::string& path, std::string_view bytes,
                       unsigned mode);

// Makes a file that is not there yet; kAlreadyExists when anything is.
absl::Status CreateFile(const std::string& path, std::string_view bytes,
                        unsigned mode);

// Removes a file, if it is there, for good: fsync of the folder.
absl::Status RemoveFile(const std::string& path);

// The names in a folder that end in `suffix`, sorted by byte; no path before
// them.
absl::StatusOr<std::vector<std::string>> ListFiles(const std::string& folder,
                                                   std::string_view suffix);

// The path of the file in a folder that is called `prefix` and a number, the
// highest up to `limit`: "policy.33". kNotFound when there is none.
absl::StatusOr<std::string> NewestNumbered(const std::string& folder,
                                           std::string_view prefix, int limit);

bool IsDirectory(const std::string& path);

// Whether a path leads to anything; a symbolic link to nothing does not.
bool Exists(const std::string& path);

}  // namespace pol::support

#endif  // POL_COMPILER_SUPPORT_FILES_H_
