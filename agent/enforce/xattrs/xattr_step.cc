#include "agent/enforce/xattrs/xattr_step.h"

#include <memory>
#include <utility>

namespace pol::enforce {
namespace {

absl::Status Put(kernel::OpenFile& file, const std::string& xattr,
                 const std::optional<std::string>& bytes) {
  return bytes ? file.SetXattr(xattr, *bytes) : file.RemoveXattr(xattr);
}

std::optional<std::string> Bytes(bool has, const std::string& bytes) {
  return has ? std::optional<std::string>(bytes) : std::nullopt;
}

}  // namespace

std::vector<Change> ChangesOf(
    const XattrWrites& writes, const std::string& aspect,
    const std::function<std::string(const std::string& bytes)>& text) {
  std::vector<Change> changes;
  for (const auto& [path, write] : writes) {
    changes.push_back({absl::StrCat("file ", path), aspect,
                       write.before ? text(*write.before) : "",
                       write.after ? text(*write.after) : "", write.origin,
                       write.rule});
  }
  return changes;
}

absl::Status XattrStep::WriteOne(const std::string& path,
                                 const XattrWrite& write,
                                 const std::optional<std::string>& bytes) {
  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file = files_.Open(path);
  if (!file.ok()) {
    bool vanished = absl::IsNotFound(file.status()) && !write.named;
    return vanished ? absl::OkStatus() : file.status();
  }
  if (!(*file)->info().SameFile(write.file)) {
    if (!write.named) return absl::OkStatus();
    return absl::AbortedError(
        absl::StrCat(path, " was replaced meanwhile; try again"));
  }
  return Put(**file, xattr_, bytes);
}

absl::Status XattrStep::Switch() {
  for (auto it = writes_.cbegin(); it != writes_.cend(); ++it) {
    // Counted before it is tried: what failed may have happened.
    done_.push_back(it);
    const auto& [path, write] = *it;
    absl::Status written = WriteOne(path, write, write.after);
    if (!written.ok()) {
      return write.origin.empty() ? written
                                  : support::Annotate(written, write.origin);
    }
  }
  return absl::OkStatus();
}

absl::Status XattrStep::Undo() {
  absl::Status first;
  // Every file gets its chance, whatever became of the others.
  for (; !done_.empty(); done_.pop_back()) {
    const auto& [path, write] = *done_.back();
    absl::Status written = WriteOne(path, write, write.before);
    first.Update(support::Annotate(written, "undo"));
  }
  return first;
}

std::string XattrStep::Journal() const {
  v1::Undo undo;
  Describe(&undo);
  return undo.SerializeAsString();
}

void XattrStep::Describe(v1::Undo* undo) const {
  for (const auto& [path, write] : writes_) {
    v1::FileUndo* file = undo->add_files();
    file->set_path(path);
    file->set_device(write.file.device);
    file->set_inode(write.file.inode);
    file->set_xattr(xattr_);
    if (write.before) file->set_before(*write.before);
    if (write.after) file->set_after(*write.after);
  }
}

absl::Status AddReturns(kernel::FileSystem& files, const std::string& xattr,
                        const v1::Undo& undo, XattrWrites* writes) {
  for (const v1::FileUndo& kept : undo.files()) {
    if (kept.xattr() != xattr) continue;
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
        files.Open(kept.path());
    if (absl::IsNotFound(file.status())) continue;
    if (!file.ok()) return file.status();
    const kernel::FileInfo& info = (*file)->info();
    if (info.device != kept.device() || info.inode != kept.inode()) continue;
    POL_ASSIGN_OR_RETURN(std::optional<std::string> now,
                         (*file)->GetXattr(xattr));
    std::optional<std::string> before = Bytes(kept.has_before(), kept.before());
    if (now != Bytes(kept.has_after(), kept.after())) continue;
    writes->erase(kept.path());
    if (now != before)
      (*writes)[kept.path()] = {info, now, before, "", /*named=*/false};
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Undo> ParseUndo(const std::string& journal) {
  v1::Undo undo;
  if (!undo.ParseFromString(journal))
    return absl::DataLossError("what was kept for a rollback is damaged");
  return undo;
}

}  // namespace pol::enforce
