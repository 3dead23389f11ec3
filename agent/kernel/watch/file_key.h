// What the kernel calls a file whatever its path: file system and handle
// (name_to_handle_at(2)).
#ifndef POL_AGENT_KERNEL_WATCH_FILE_KEY_H_
#define POL_AGENT_KERNEL_WATCH_FILE_KEY_H_

#include <cstdint>
#include <string>

#include "agent/kernel/fd.h"
#include "compiler/support/status.h"

namespace pol::kernel {

struct FileKey {
  uint64_t file_system = 0;  // fsid, as statfs(2) has it
  int32_t type = 0;
  std::string handle;

  friend bool operator==(const FileKey&, const FileKey&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const FileKey& key) {
    return H::combine(std::move(h), key.file_system, key.type, key.handle);
  }
};

// Of the file at `path`; a link as the last component is taken itself.
absl::StatusOr<FileKey> KeyOf(const std::string& path);

// An O_PATH descriptor of the file, which is not opened by that. `mount` is a
// descriptor of its file system. kNotFound when it is no more.
absl::StatusOr<Fd> OpenByKey(int mount, const FileKey& key);

// Where a descriptor's file is now.
absl::StatusOr<std::string> PathOf(const Fd& fd);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_FILE_KEY_H_
