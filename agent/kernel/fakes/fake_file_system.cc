#include "agent/kernel/fakes/fake_file_system.h"

#include <utility>

namespace pol::kernel {

class FakeOpenFile : public OpenFile {
 public:
  FakeOpenFile(FakeFileSystem& owner,
               std::shared_ptr<FakeFileSystem::File> file)
      : owner_(owner), file_(std::move(file)) {}

  const FileInfo& info() const override { return file_->info; }

  absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) override {
    auto found = file_->xattrs.find(name);
    if (found == file_->xattrs.end()) return std::nullopt;
    return found->second;
  }

  absl::Status SetXattr(const std::string& name,
                        const std::string& bytes) override {
    POL_RETURN_IF_ERROR(owner_.Change());
    file_->xattrs[name] = bytes;
    return absl::OkStatus();
  }

  absl::Status RemoveXattr(const std::string& name) override {
    POL_RETURN_IF_ERROR(owner_.Change());
    file_->xattrs.erase(name);
    return absl::OkStatus();
  }

 private:
  FakeFileSystem& owner_;
  std::shared_ptr<FakeFileSystem::File> file_;
};

void FakeFileSystem::Add(const std::string& path, values::FileKind kind) {
  auto file = std::make_shared<File>();
  file->info = {kind, 1, next_inode_++};
  files_[path] = std::move(file);
}

std::optional<std::string> FakeFileSystem::Get(const std::string& path,
                                               const std::string& name) const {
  const Xattrs& xattrs = files_.at(path)->xattrs;
  auto found = xattrs.find(name);
  if (found == xattrs.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, FakeFileSystem::Xattrs> FakeFileSystem::Everything()
    const {
  std::map<std::string, Xattrs> all;
  for (const auto& [path, file] : files_) all[path] = file->xattrs;
  return all;
}

absl::StatusOr<std::unique_ptr<OpenFile>> FakeFileSystem::Open(
    const std::string& path) {
  auto found = files_.find(path);
  if (found == files_.end())
    return absl::NotFoundError(absl::StrCat(path, ": not there"));
  return std::make_unique<FakeOpenFile>(*this, found->second);
}

absl::Status FakeFileSystem::Walk(const std::string& prefix,
                                  const Visitor& visit) {
  for (auto it = files_.lower_bound(prefix);
       it != files_.end() && it->first.compare(0, prefix.size(), prefix) == 0;
       ++it) {
    visit(it->first, it->second->info);
  }
  return absl::OkStatus();
}

absl::Status FakeFileSystem::Change() {
  if (until_failure_ < 0) return absl::OkStatus();
  if (until_failure_-- > 0) return absl::OkStatus();
  return absl::InternalError("the disk said no");
}

}  // namespace pol::kernel
