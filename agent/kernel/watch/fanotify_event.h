// One event of fanotify(7), taken out of the bytes that the kernel gives.
#ifndef POL_AGENT_KERNEL_WATCH_FANOTIFY_EVENT_H_
#define POL_AGENT_KERNEL_WATCH_FANOTIFY_EVENT_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/kernel/watch/file_key.h"
#include "compiler/support/status.h"

namespace pol::kernel {

struct FanotifyEvent {
  uint64_t mask = 0;  // FAN_ATTRIB …
  pid_t pid = 0;
  // The folder and the name in it; "." is the folder itself.
  std::optional<FileKey> folder;
  std::string name;
  // The file itself, where the kernel names it.
  std::optional<FileKey> file;
};

// Takes the first event off `bytes`, which is not empty. kInternal when they
// are not what fanotify(7) says.
absl::StatusOr<FanotifyEvent> TakeEvent(std::string_view* bytes);

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_FANOTIFY_EVENT_H_
