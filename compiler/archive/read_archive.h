// Files out of an archive, in memory: nothing is ever unpacked to a disk.
//
// Tar (ustar, pax, GNU), plain or compressed by gzip or xz, and zip, told by
// their bytes. An archive comes from somewhere else, so it is held to bounds:
// in entries, in bytes, in what it grows to. One that has a name outside of
// itself (`/x`, `a/../../x`), a name that is not UTF-8, one name twice or a
// link where a file is wanted is refused as a whole.
#ifndef POL_COMPILER_ARCHIVE_READ_ARCHIVE_H_
#define POL_COMPILER_ARCHIVE_READ_ARCHIVE_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "compiler/support/status.h"

namespace pol::archive {

struct Limits {
  size_t entries = 100'000;
  // Of all entries together, whether they are wanted or not.
  size_t bytes = size_t{256} << 20;
  // Beyond `free_bytes`, no more than so many bytes for one of the archive.
  size_t ratio = 250;
  size_t free_bytes = size_t{16} << 20;
};

// Name, with `/` between its parts and no `.` among them, and bytes.
using Files = std::map<std::string, std::string>;

// The regular files that are `wanted`, by name. kResourceExhausted past a
// limit, kInvalidArgument for what is no archive, is damaged or is refused.
absl::StatusOr<Files> ReadArchive(
    std::string_view bytes, absl::FunctionRef<bool(std::string_view)> wanted,
    const Limits& limits = {});

}  // namespace pol::archive

#endif  // POL_COMPILER_ARCHIVE_READ_ARCHIVE_H_
