// Whether an event concerns the policy: by the handle of the file, then by
// where its folder is. Knows no descriptor and no mark.
#ifndef POL_AGENT_KERNEL_WATCH_CONCERN_H_
#define POL_AGENT_KERNEL_WATCH_CONCERN_H_

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "absl/hash/hash.h"
#include "agent/kernel/watch/fanotify_event.h"
#include "agent/kernel/watch/file_watch.h"

namespace pol::kernel {

class Concern {
 public:
  // Where a folder is; nullopt when it is nowhere that we see.
  using FindFolder =
      std::function<std::optional<std::string>(const FileKey& folder)>;

  explicit Concern(FindFolder find) : find_(std::move(find)) {}

  // Forgets what it knew.
  void Set(Interest interest);

  // The file at one of the single paths is this one now.
  void Know(const FileKey& key, const std::string& path) { files_[key] = path; }

  // Whether it is one of the single paths.
  bool IsFile(const std::string& path) const {
    return interest_.files.count(path) != 0;
  }

  // What the event means; `who` is left empty. nullopt: nothing. Sets `moved`
  // when a folder on the way to something of interest was moved or made.
  std::optional<Touched> Judge(const FanotifyEvent& event, bool* moved);

  // A folder moved: paths that were found may be others now.
  void ForgetFolders() { folders_.clear(); }

 private:
  // Bounds what a tree of millions of folders makes us remember.
  static constexpr size_t kMaxFolders = 65'536;

  // The folder's path with a slash at its end; empty when nothing of interest
  // can happen in it.
  const std::string& Folder(const FileKey& key);
  bool MayConcern(const std::string& folder) const;
  bool InTree(const std::string& path) const;
  bool InSettings(const std::string& path) const;
  bool LeadsToInterest(const std::string& path) const;

  FindFolder find_;
  Interest interest_;
  std::unordered_map<FileKey, std::string, absl::Hash<FileKey>> files_;
  std::unordered_map<FileKey, std::string, absl::Hash<FileKey>> folders_;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_WATCH_CONCERN_H_
