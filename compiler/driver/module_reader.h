// The narrow seam between the loading of modules and where their files are.
//
// A path is relative to the folder of the policy, with `/` between its parts;
// "" is that folder itself, and `../x` lies beside it.
#ifndef POL_COMPILER_DRIVER_MODULE_READER_H_
#define POL_COMPILER_DRIVER_MODULE_READER_H_

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/status.h"

namespace pol::driver {

class ModuleReader {
 public:
  enum class Kind { kNothing, kFolder, kFile };

  virtual ~ModuleReader() = default;

  virtual Kind Look(const std::string& path) const = 0;

  // Equal for two paths exactly when they lead to one place.
  virtual std::string Identity(const std::string& path) const = 0;

  // The names of a folder's own files that end in `suffix`, sorted by byte.
  virtual absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder, std::string_view suffix) const = 0;

  // kResourceExhausted for a file with more than `limit` bytes.
  virtual absl::StatusOr<std::string> Read(const std::string& path,
                                           size_t limit) const = 0;
};

// The files below and beside a folder of the disk ("." for the one that the
// program runs in). Symbolic links are followed, as they are for the policy's
// own files.
class DiskReader : public ModuleReader {
 public:
  explicit DiskReader(std::string root) : root_(std::move(root)) {}

  Kind Look(const std::string& path) const override;
  std::string Identity(const std::string& path) const override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder, std::string_view suffix) const override;
  absl::StatusOr<std::string> Read(const std::string& path,
                                   size_t limit) const override;

 private:
  std::string OnDisk(const std::string& path) const;

  std::string root_;
};

// Files that are in memory: an archive's, a revision's, an editor's. With a
// reader below, what is not in memory is asked of it; that reader outlives this
// one.
class MemoryReader : public ModuleReader {
 public:
  explicit MemoryReader(std::map<std::string, std::string> files,
                        const ModuleReader* below = nullptr)
      : files_(std::move(files)), below_(below) {}

  Kind Look(const std::string& path) const override;
  std::string Identity(const std::string& path) const override;
  absl::StatusOr<std::vector<std::string>> List(
      const std::string& folder, std::string_view suffix) const override;
  absl::StatusOr<std::string> Read(const std::string& path,
                                   size_t limit) const override;

 private:
  std::map<std::string, std::string> files_;
  const ModuleReader* below_;
};

}  // namespace pol::driver

#endif  // POL_COMPILER_DRIVER_MODULE_READER_H_
