// Being told by the kernel what happens to the files of a policy (fanotify(7)).
//
// Whole file systems are watched, because a file is reached by more ways than
// its path: other mounts, hard links, descriptors. What does not concern the
// policy is dropped here, without a system call in the common case.
#ifndef POL_AGENT_KERNEL_WATCH_FILE_WATCH_H_
#define POL_AGENT_KERNEL_WATCH_FILE_WATCH_H_

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/kernel/watch/process_info.h"
#include "compiler/support/status.h"

namespace pol::kernel {

// What to be told of. Paths are absolute and normal.
struct Interest {
  // Single files; true: writing to one matters too, not only its attributes.
  std::map<std::string, bool> files;
  // Every path that begins with one of these; attributes, and what is new.
  std::vector<std::string> trees;
  // Folders of settings: everything that happens below them.
  std::vector<std::string> settings;

  bool empty() const {
    return files.empty() && trees.empty() && settings.empty();
  }
};

enum class Happened { kAttributes, kWritten, kCreated, kMovedHere };

// One thing that happened to what is of interest.
struct Touched {
  std::string path;
  Happened what = Happened::kAttributes;
  // A folder came here: everything below it is touched.
  bool folder = false;
  // It lies below a folder of settings.
  bool setting = false;
  // The name that was used, when it is another one of the same file.
  std::string through;
  Process who;
};

struct Batch {
  std::vector<Touched> touched;
  size_t seen = 0;  // events, those that concern nothing included
  // The kernel dropped events: anything may have happened.
  bool lost = false;
  // Mounts or folders on the way changed: call Watch() again.
  bool moved = false;
};

// How one of the file systems of interest is watched.
struct Coverage {
  std::string mount_point;
  std::string type;  // "ext4"
  bool events = false;
  std::string reason;  // why there are none
};

class FileWatch {
 public:
  virtual ~FileWatch() = default;
  FileWatch() = default;
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  // Watches this and nothing else from now on. What happened before is not
  // told. An error means that nothing is watched at all.
  virtual absl::StatusOr<std::vector<Coverage>> Watch(
      const Interest& interest) = 0;

  // Returns when Read() has something to say, `wake` is readable or the time is
  // up; -1 is for ever.
  virtual void Wait(int wake, int timeout_ms) = 0;

  // What happened since, a bounded amount of it; does not wait. Left out is
  // what this process did itself.
  virtual absl::StatusOr<Batch> Read() = 0;
};

// The kernel's; needs CAP_SYS_ADMIN and CAP_DAC_READ_SEARCH.
absl::StatusOr<std::unique_ptr<FileWatch>> MakeFileWatch();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_FILE_WATCH_H_
