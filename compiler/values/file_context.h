// SELinux security contexts of files, and the kinds of file that
// file_contexts(5) knows.
#ifndef POL_COMPILER_VALUES_FILE_CONTEXT_H_
#define POL_COMPILER_VALUES_FILE_CONTEXT_H_

#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/status.h"

namespace pol::values {

// "user:role:type" or "user:role:type:range". Whether the parts exist is for a
// policy to say.
struct FileContext {
  std::string user;
  std::string role;
  std::string type;
  std::string range;  // may hold ":" ("s0:c1,c2"); empty without MLS

  // kInvalidArgument says which part is wrong. Identifiers are
  // [A-Za-z][A-Za-z0-9_.-]*.
  static absl::StatusOr<FileContext> Parse(std::string_view text);
  std::string ToString() const;

  friend bool operator==(const FileContext&, const FileContext&) = default;
};

enum class FileKind {
  kAny,
  kFile,
  kDirectory,
  kLink,
  kBlock,
  kCharacter,
  kPipe,
  kSocket
};

// As a policy writes it: "any", "file", "directory", "link", "block",
// "character", "pipe", "socket".
std::optional<FileKind> ParseFileKind(std::string_view text);
std::string_view ToString(FileKind kind);
// As file_contexts(5) writes it: "", "--", "-d", "-l", "-b", "-c", "-p", "-s".
std::string_view Flag(FileKind kind);

// Whether a rule for kind `rule` speaks of a file of kind `file`. A file whose
// kind is not known is kAny: every rule speaks of it, as libselinux takes
// mode 0.
bool AppliesTo(FileKind rule, FileKind file);

}  // namespace pol::values

#endif  // POL_COMPILER_VALUES_FILE_CONTEXT_H_
