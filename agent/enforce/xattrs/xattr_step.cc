#include "agent/enforce/xattrs/xattr_step.h"

#include <memory>
#include <utility>

#include "agent/kernel/boot_id.h"

namespace pol::enforce {
namespace {

absl::Status Put(kernel::OpenFile& file, const std::string& xattr,
                 const std::optional<std::string>& bytes) {
  return bytes ? file.SetXattr(xattr, *bytes) : file.RemoveXattr(xattr);
}

std::optional<std::string> Before(const v1::FileUndo& kept) {
  return kept.has_before() ? std::optional(kept.before()) : std::nullopt;
}
std::optional<std::string> After(const v1::FileUndo& kept) {
  return kept.has_after() ? std::optional(kept.after()) : std::nullopt;
}

// A file of a journal, as it is now.
struct Found {
  kernel::FileInfo info;
  std::optional<std::string> now;
};

// Devices get their numbers at every boot anew.
bool SameFile(const v1::FileUndo& kept, const kernel::FileInfo& info,
              bool same_boot) {
  return info.inode == kept.inode() &&
         (!same_boot || info.device == kept.device()) &&
         (info.born == kept.born() || info.born == 0 || kept.born() == 0);
}

// nullopt when the file is gone or another one stands in its place.
absl::StatusOr<std::optional<Found>> Find(kernel::FileSystem& files,
                                          const v1::FileUndo& kept,
                                          bool same_boot) {
  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file =
      files.Open(kept.path());
  if (absl::IsNotFound(file.status())) return std::nullopt;
  if (!file.ok()) return file.status();
  Found found{(*file)->info(), std::nullopt};
  if (!SameFile(kept, found.info, same_boot)) return std::nullopt;
  POL_ASSIGN_OR_RETURN(found.now, (*file)->GetXattr(kept.xattr()));
  return found;
}

bool SameBoot(const v1::Undo& undo) {
  return !undo.boot_id().empty() && undo.boot_id() == kernel::BootId();
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
  undo->set_boot_id(kernel::BootId());
  for (const auto& [path, write] : writes_) {
    v1::FileUndo* file = undo->add_files();
    file->set_path(path);
    file->set_device(write.file.device);
    file->set_inode(write.file.inode);
    file->set_born(write.file.born);
    file->set_xattr(xattr_);
    if (write.before) file->set_before(*write.before);
    if (write.after) file->set_after(*write.after);
  }
}

absl::Status AddReturns(kernel::FileSystem& files, const std::string& xattr,
                        const v1::Undo& undo, XattrWrites* writes) {
  bool same_boot = SameBoot(undo);
  for (const v1::FileUndo& kept : undo.files()) {
    if (kept.xattr() != xattr) continue;
    POL_ASSIGN_OR_RETURN(std::optional<Found> found,
                         Find(files, kept, same_boot));
    if (!found || found->now != After(kept)) continue;
    writes->erase(kept.path());
    std::optional<std::string> before = Before(kept);
    if (found->now == before) continue;
    (*writes)[kept.path()] = {found->info, found->now, before, "",
                              /*named=*/false};
  }
  return absl::OkStatus();
}

absl::Status AddUndone(kernel::FileSystem& files, const std::string& xattr,
                       const v1::Undo& undo, XattrWrites* writes,
                       std::vector<std::string>* left) {
  bool same_boot = SameBoot(undo);
  for (const v1::FileUndo& kept : undo.files()) {
    if (kept.xattr() != xattr) continue;
    absl::StatusOr<std::optional<Found>> found = Find(files, kept, same_boot);
    // What cannot be reached any more is somebody else's doing, too.
    if (absl::IsFailedPrecondition(found.status())) {
      left->push_back(std::string(found.status().message()));
      continue;
    }
    if (!found.ok()) return found.status();
    if (!found->has_value()) {
      left->push_back(absl::StrCat(kept.path(), " (gone, or another file)"));
      continue;
    }
    const std::optional<std::string>& now = (*found)->now;
    if (now == Before(kept)) continue;
    if (now != After(kept)) {
      left->push_back(absl::StrCat(kept.path(), " (", xattr, ")"));
      continue;
    }
    (*writes)[kept.path()] = {(*found)->info, now, Before(kept), "",
                              /*named=*/false};
  }
  return absl::OkStatus();
}

v1::Undo JoinUndos(const v1::Undo& newer, const v1::Undo& older) {
  v1::Undo joined = newer;
  bool same_boot = newer.boot_id() == older.boot_id();
  // Numbers of two boots cannot be compared with one of them.
  if (!same_boot) joined.clear_boot_id();
  std::map<std::pair<std::string, std::string>, v1::FileUndo*> by_name;
  for (v1::FileUndo& file : *joined.mutable_files())
    by_name[{file.path(), file.xattr()}] = &file;
  for (const v1::FileUndo& file : older.files()) {
    auto found = by_name.find({file.path(), file.xattr()});
    if (found == by_name.end()) {
      *joined.add_files() = file;
      continue;
    }
    v1::FileUndo& known = *found->second;
    bool same_file =
        known.inode() == file.inode() &&
        (!same_boot || known.device() == file.device()) &&
        (known.born() == file.born() || known.born() == 0 || file.born() == 0);
    if (!same_file || Before(known) != After(file)) continue;
    known.clear_before();
    if (file.has_before()) known.set_before(file.before());
  }
  return joined;
}

absl::StatusOr<v1::Undo> ParseUndo(const std::string& journal) {
  v1::Undo undo;
  if (!undo.ParseFromString(journal))
    return absl::DataLossError("what was kept for a rollback is damaged");
  return undo;
}

}  // namespace pol::enforce
