// Writing extended attributes of many files as one step that can be undone:
// what the fences over labels and capabilities share.
#ifndef POL_AGENT_ENFORCE_XATTRS_XATTR_STEP_H_
#define POL_AGENT_ENFORCE_XATTRS_XATTR_STEP_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/enforce/fence.h"
#include "agent/enforce/xattrs/undo.pb.h"
#include "agent/kernel/files/file_system.h"
#include "compiler/support/status.h"

namespace pol::enforce {

// One attribute of one file, as it is and as it shall be; nullopt is absent.
struct XattrWrite {
  kernel::FileInfo file;
  std::optional<std::string> before;
  std::optional<std::string> after;
  std::string origin;  // of the rule that wants it; empty: it left the policy
  // The file stands for itself, by name: that it is gone is an error. A file
  // found by walking may vanish.
  bool named = false;
  // As in Change.
  std::string rule = {};
};

// By path.
using XattrWrites = std::map<std::string, XattrWrite>;

// What `writes` mean, by path. `text` turns the bytes of the attribute into
// what a Change says.
std::vector<Change> ChangesOf(
    const XattrWrites& writes, const std::string& aspect,
    const std::function<std::string(const std::string& bytes)>& text);

// A step over one attribute. A file is opened anew for each act and must
// still be the very file that was examined.
class XattrStep : public Step {
 public:
  // `files` outlives the step. `changes` are what `writes` mean.
  XattrStep(kernel::FileSystem& files, std::string xattr, XattrWrites writes,
            std::vector<Change> changes = {})
      : files_(files),
        xattr_(std::move(xattr)),
        writes_(std::move(writes)),
        changes_(std::move(changes)) {}

  absl::Status Switch() override;
  absl::Status Undo() override;
  std::string Journal() const override;
  std::vector<Change> Changes() const override { return changes_; }

  // Adds this step's files to `undo`.
  void Describe(v1::Undo* undo) const;

 private:
  absl::Status WriteOne(const std::string& path, const XattrWrite& write,
                        const std::optional<std::string>& bytes);

  kernel::FileSystem& files_;
  std::string xattr_;
  XattrWrites writes_;
  std::vector<Change> changes_;
  std::vector<XattrWrites::const_iterator> done_;  // in order
};

// Puts into `writes` the return to the bytes that `undo` holds for `xattr`,
// in place of what is there, for every file that still carries what was
// written over them.
absl::Status AddReturns(kernel::FileSystem& files, const std::string& xattr,
                        const v1::Undo& undo, XattrWrites* writes);

// Puts into `writes` the return to the bytes that `undo` holds for `xattr`,
// for every file that carries what was written over them. A file that carries
// neither, or is another one now, is named in `left`.
absl::Status AddUndone(kernel::FileSystem& files, const std::string& xattr,
                       const v1::Undo& undo, XattrWrites* writes,
                       std::vector<std::string>* left);

// What leads from after `newer` to before `older`, which came just before it.
// A file that somebody changed between the two returns to what it carried
// then, as it would step by step.
v1::Undo JoinUndos(const v1::Undo& newer, const v1::Undo& older);

absl::StatusOr<v1::Undo> ParseUndo(const std::string& journal);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_XATTRS_XATTR_STEP_H_
