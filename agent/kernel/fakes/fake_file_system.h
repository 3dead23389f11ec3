// Files in memory, for unit tests: attributes by path, and a change that fails
// when the test says so.
#ifndef POL_AGENT_KERNEL_FAKES_FAKE_FILE_SYSTEM_H_
#define POL_AGENT_KERNEL_FAKES_FAKE_FILE_SYSTEM_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "agent/kernel/files/file_system.h"

namespace pol::kernel {

class FakeFileSystem : public FileSystem {
 public:
  using Xattrs = std::map<std::string, std::string>;

  // Makes a file, or another one in its place.
  void Add(const std::string& path,
           values::FileKind kind = values::FileKind::kFile);
  void Remove(const std::string& path) { files_.erase(path); }

  void Set(const std::string& path, const std::string& name,
           const std::string& bytes) {
    files_.at(path)->xattrs[name] = bytes;
  }
  std::optional<std::string> Get(const std::string& path,
                                 const std::string& name) const;

  // Every attribute of every file.
  std::map<std::string, Xattrs> Everything() const;

  // The change after `changes` more of them fails once. -1: none does.
  void FailAfter(int changes) { until_failure_ = changes; }

  absl::StatusOr<std::unique_ptr<OpenFile>> Open(
      const std::string& path) override;
  absl::Status Walk(const std::string& prefix, const Visitor& visit) override;

 private:
  friend class FakeOpenFile;
  struct File {
    FileInfo info;
    Xattrs xattrs;
  };

  absl::Status Change();

  std::map<std::string, std::shared_ptr<File>> files_;
  uint64_t next_inode_ = 1;
  int until_failure_ = -1;
};

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FAKES_FAKE_FILE_SYSTEM_H_
