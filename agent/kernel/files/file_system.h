// Files and their extended attributes, reached so that nobody can swap the
// file under us.
//
// Nothing here follows a symbolic link, in any component of a path, and
// nothing is opened for reading: a path becomes a descriptor with openat2(2)
// (O_PATH, O_NOFOLLOW, RESOLVE_NO_SYMLINKS), and its attributes are reached
// through that descriptor. So a FIFO never blocks, a device is never touched,
// and what was examined is what is written.
#ifndef POL_AGENT_KERNEL_FILES_FILE_SYSTEM_H_
#define POL_AGENT_KERNEL_FILES_FILE_SYSTEM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/support/status.h"
#include "compiler/values/file_context.h"

namespace pol::kernel {

struct FileInfo {
  values::FileKind kind = values::FileKind::kFile;  // never kAny
  uint64_t device = 0;
  uint64_t inode = 0;
  // When it was made, in nanoseconds; 0 when unknown: a file system does not
  // keep it, or the file was found by Walk().
  int64_t born = 0;

  // The number of an inode alone comes back with the next file that is made.
  bool SameFile(const FileInfo& other) const {
    return device == other.device && inode == other.inode &&
           kind == other.kind &&
           (born == other.born || born == 0 || other.born == 0);
  }
};

// One file that is held. An attribute that is absent is nullopt, which differs
// from one that is there and empty.
class OpenFile {
 public:
  virtual ~OpenFile() = default;
  OpenFile() = default;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  virtual const FileInfo& info() const = 0;
  virtual absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) = 0;
  virtual absl::Status SetXattr(const std::string& name,
                                const std::string& bytes) = 0;
  // OK when the attribute is absent already.
  virtual absl::Status RemoveXattr(const std::string& name) = 0;
};

// A file that FileSystem::Scan() has come to; valid during the visit.
class ScannedFile {
 public:
  virtual ~ScannedFile() = default;
  ScannedFile() = default;
  ScannedFile(const ScannedFile&) = delete;
  ScannedFile& operator=(const ScannedFile&) = delete;

  virtual const std::string& path() const = 0;
  virtual values::FileKind kind() const = 0;
  // As OpenFile's. kNotFound: the file has vanished.
  virtual absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) = 0;
};

// How far a Scan() is.
struct ScanProgress {
  uint64_t files = 0;  // visited
  double share = 0;    // of all, from 0 to 1, by the folders that are known
};

class FileSystem {
 public:
  using Visitor =
      std::function<void(const std::string& path, const FileInfo& info)>;
  using ScanVisitor = std::function<absl::Status(ScannedFile& file)>;
  using ProgressCallback = std::function<void(const ScanProgress& progress)>;

  virtual ~FileSystem() = default;
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;

  // `path` is absolute and normal. kNotFound when it or a folder above it is
  // not there; kFailedPrecondition, naming the path without links, when a
  // folder above it is a symbolic link. A link as the last component is
  // opened itself.
  virtual absl::StatusOr<std::unique_ptr<OpenFile>> Open(
      const std::string& path) = 0;

  // Visits every file whose path begins with `prefix`, folders before what is
  // in them, each folder in byte order. Symbolic links are visited and not
  // followed; kernel file systems (proc, sysfs, cgroup …), which hold no
  // labels of ours, are left out. What vanishes meanwhile, or has a path too
  // long to be named, is passed over; a prefix below nothing visits nothing.
  virtual absl::Status Walk(const std::string& prefix,
                            const Visitor& visit) = 0;

  // Visits what Walk() visits, of all `prefixes`, faster: in no order and from
  // several threads, each with a visitor of its own that `visitor` makes on
  // this thread. A folder comes before what is in it; the other files of a
  // folder come one after the other, to one visitor. The first error that a
  // visitor returns ends the scan and is returned.
  //
  // Unless it is overridden, this is Walk() and Open(), on this thread.
  virtual absl::Status Scan(const std::vector<std::string>& prefixes,
                            const std::function<ScanVisitor()>& visitor);

  // Called a few times a second during a Scan(), and at its end, from the
  // thread that called it.
  void OnProgress(ProgressCallback progress) {
    progress_ = std::move(progress);
  }

 protected:
  const ProgressCallback& progress() const { return progress_; }

 private:
  ProgressCallback progress_;
};

// The kernel's.
std::unique_ptr<FileSystem> MakeFileSystem();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_FILE_SYSTEM_H_
