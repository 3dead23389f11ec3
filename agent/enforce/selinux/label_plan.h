// Which files change their label when the local file contexts and equivalences
// change.
//
// A file is ours when the policy answers differently for it with our rules and
// without them. Such a file gets the answer with them. A file that was
// ours and is no longer, and still carries the label we gave, gets the answer
// without them. Every other file is left alone, whatever its label.
//
// As restorecon(8) does it, a file in a tree keeps user, role and range of its
// label and takes the type of the answer; one that has no label takes the
// whole answer. A file that the policy names gets the context as it is
// written there.
#ifndef POL_AGENT_ENFORCE_SELINUX_LABEL_PLAN_H_
#define POL_AGENT_ENFORCE_SELINUX_LABEL_PLAN_H_

#include <optional>
#include <string>
#include <vector>

#include "agent/enforce/selinux/deciders.h"
#include "agent/enforce/xattrs/xattr_step.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// How a file that the policy names and that is not there counts.
enum class Gone { kError, kPassOver };

// A label as text, without the NUL that ends it in the attribute.
std::string LabelText(const std::string& bytes);
// The attribute of a label: with the NUL, as libselinux writes it.
std::string LabelBytes(const std::string& context);

// What a file in a tree, now labelled `now`, shall carry when the policy
// answers `answer`; nullopt: what it carries.
std::optional<std::string> Relabelled(const std::optional<std::string>& now,
                                      const std::string& answer);

// The labels of the files that `target` names. On a host without a policy
// store, where nothing says what else they should carry, files that only
// `active` names lose the label that we gave them.
absl::Status AddNamedFiles(kernel::FileSystem& files, const Bundle* active,
                           const Bundle& target, Gone gone, bool has_store,
                           XattrWrites* writes);

// The local records at two moments, and which of them are ours. Their file
// contexts and equivalences count.
struct LabelLists {
  kernel::LocalRecords before;  // as they are on the host
  kernel::LocalRecords after;   // as they will be
  LabelRules old;               // ours in `before`
  LabelRules wanted;            // ours in `after`
};

// The files of the trees below our records and equivalences. Files in `named`
// are passed over.
absl::Status AddTrees(kernel::FileSystem& files, kernel::SelinuxStore& store,
                      const LabelLists& lists, const Bundle& named,
                      XattrWrites* writes);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_LABEL_PLAN_H_
