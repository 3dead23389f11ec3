// What decides on this host whether the capabilities of a program can be
// written, count when it starts, and stay with the program they were meant
// for (capabilities(7), mount(8), statx(2)).
#ifndef POL_AGENT_KERNEL_FILES_PROGRAM_FACTS_H_
#define POL_AGENT_KERNEL_FILES_PROGRAM_FACTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/kernel/files/elf_file.h"
#include "compiler/support/status.h"

namespace pol::kernel {

struct ProgramFacts {
  uint32_t mode = 0;  // permission bits, set-user-ID and set-group-ID
  uint32_t uid = 0;
  uint32_t gid = 0;
  bool immutable = false;
  bool append_only = false;

  std::string mount_point;
  std::string file_system;  // "ext4"
  bool nosuid = false;
  bool noexec = false;
  bool read_only = false;
  bool holds_capabilities = true;

  std::optional<std::string> script;  // what stands behind `#!`
  std::optional<ElfFile> elf;

  // Who beside root may change the file or put another in its place, each as
  // "everybody may write it", "user 1000 owns the folder /srv".
  std::vector<std::string> rewriters;
};

// Of a regular file by its absolute and normal path; no component may be a
// symbolic link. Nothing but a regular file is ever opened for reading, so a
// FIFO does not block. kInvalidArgument when it is none.
absl::StatusOr<ProgramFacts> ReadProgramFacts(const std::string& path);

// The number of the last capability that the running kernel knows.
absl::StatusOr<int> LastCapability();

// Whether this process runs in another user namespace than the first one:
// whatever capabilities it writes then count only there.
bool InUserNamespace();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_PROGRAM_FACTS_H_
