// What the benchmarks of labels work on: Debian's policy in a folder, trees of
// labelled files on the disk, and what the process takes of memory.
#ifndef POL_TESTS_BENCH_LABEL_WORLD_H_
#define POL_TESTS_BENCH_LABEL_WORLD_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pol::bench {

// A folder below /var/tmp, which is on a disk, gone with this.
class LabelWorld {
 public:
  // kUnavailable says what is missing.
  static absl::StatusOr<LabelWorld> Make();
  LabelWorld(LabelWorld&& other) noexcept { folder_.swap(other.folder_); }
  LabelWorld& operator=(LabelWorld&&) = delete;
  ~LabelWorld();

  const std::string& folder() const { return folder_; }
  // The root of a host with Debian's policy, and its file contexts.
  std::string root() const { return folder_ + "/root"; }
  std::string file_contexts() const;
  // Of the file system.
  std::string kind_of_disk() const;

  // Makes `files` files, ten a folder, ten folders a folder, all with that
  // label. Returns the path of the tree.
  std::string MakeTree(const std::string& name, size_t files,
                       const std::string& context) const;

 private:
  LabelWorld() = default;

  std::string folder_;
};

// What the packages of this machine install; sorted.
std::vector<std::string> PackagePaths();

// Megabytes that the process has in memory.
double ResidentMegabytes();

}  // namespace pol::bench

#endif  // POL_TESTS_BENCH_LABEL_WORLD_H_
