#include "agent/apply/narrow_files.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"

namespace pol::apply {
namespace {

// A file that is named and not come to.
class SingleFile : public kernel::ScannedFile {
 public:
  SingleFile(const std::string& path, std::unique_ptr<kernel::OpenFile> file)
      : path_(path), file_(std::move(file)) {}

  const std::string& path() const override { return path_; }
  values::FileKind kind() const override { return file_->info().kind; }
  absl::StatusOr<std::optional<std::string>> GetXattr(
      const std::string& name) override {
    return file_->GetXattr(name);
  }

 private:
  const std::string& path_;
  std::unique_ptr<kernel::OpenFile> file_;
};

bool BeginsWithAny(const std::string& path,
                   const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& prefix) {
                       return absl::StartsWith(path, prefix);
                     });
}

}  // namespace

absl::Status NarrowFiles::Scan(const std::vector<std::string>& prefixes,
                               const std::function<ScanVisitor()>& visitor) {
  if (scope_.everything) return files_.Scan(prefixes, visitor);
  std::set<std::string> parts;
  for (const std::string& folder : scope_.folders) {
    // Whichever of the two begins with the other is the smaller part.
    if (BeginsWithAny(folder, prefixes)) parts.insert(folder);
    for (const std::string& prefix : prefixes)
      if (absl::StartsWith(prefix, folder)) parts.insert(prefix);
  }
  // None below another, so that nothing is visited twice.
  std::vector<std::string> folders;
  for (const std::string& part : parts)
    if (!BeginsWithAny(part, folders)) folders.push_back(part);
  if (!folders.empty()) POL_RETURN_IF_ERROR(files_.Scan(folders, visitor));
  ScanVisitor visit;
  for (const std::string& path : scope_.files) {
    if (!BeginsWithAny(path, prefixes) || BeginsWithAny(path, folders))
      continue;
    absl::StatusOr<std::unique_ptr<kernel::OpenFile>> file = files_.Open(path);
    // Gone again, or reached through a link, where no scan leads.
    if (!file.ok()) continue;
    if (!visit) visit = visitor();
    SingleFile single(path, *std::move(file));
    POL_RETURN_IF_ERROR(visit(single));
  }
  return absl::OkStatus();
}

}  // namespace pol::apply
