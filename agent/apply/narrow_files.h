// A file system of which scans see a part.
#ifndef POL_AGENT_APPLY_NARROW_FILES_H_
#define POL_AGENT_APPLY_NARROW_FILES_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/apply/drift.h"
#include "agent/kernel/files/file_system.h"

namespace pol::apply {

// Both are kept by reference. Scan() visits the files and folders of `scope`,
// and perhaps others whose path begins as one of its folders; everything else
// is as it is in `files`.
class NarrowFiles : public kernel::FileSystem {
 public:
  NarrowFiles(kernel::FileSystem& files, const Scope& scope)
      : files_(files), scope_(scope) {}

  absl::StatusOr<std::unique_ptr<kernel::OpenFile>> Open(
      const std::string& path) override {
    return files_.Open(path);
  }
  absl::Status Walk(const std::string& prefix, const Visitor& visit) override {
    return files_.Walk(prefix, visit);
  }
  absl::Status Scan(const std::vector<std::string>& prefixes,
                    const std::function<ScanVisitor()>& visitor) override;

 private:
  kernel::FileSystem& files_;
  const Scope& scope_;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_NARROW_FILES_H_
