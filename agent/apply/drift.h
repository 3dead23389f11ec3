// What differs on a host from the bundle in force, for a few files at a time,
// and putting just that back: what pold does when it is told that somebody
// changed something. The generation stays what it is.
//
// Of a host it uses `paths`, `files` and `selinux`; connections are not looked
// at.
#ifndef POL_AGENT_APPLY_DRIFT_H_
#define POL_AGENT_APPLY_DRIFT_H_

#include <set>
#include <string>
#include <vector>

#include "agent/apply/host.h"
#include "agent/enforce/fence.h"
#include "agent/kernel/watch/file_watch.h"
#include "compiler/support/status.h"

namespace pol::apply {

// Where to look.
struct Scope {
  bool everything = false;  // the records of the SELinux store too
  std::set<std::string> files;
  std::set<std::string> folders;  // all that is below them
};

// `change.before` is what is there, `change.after` what the policy says.
struct Drift {
  enforce::Change change;
  std::string path;          // of the file; empty: it is a record
  bool report_only = false;  // as its rule says
  // There is no file to put right: `change` says what is there instead.
  bool missing = false;
};

// What has to be watched for a bundle.
kernel::Interest InterestOf(Host& host, const enforce::Bundle& active);

// Changes nothing.
absl::StatusOr<std::vector<Drift>> ReadDrift(Host& host,
                                             const enforce::Bundle& active,
                                             const Scope& scope);

// Puts these files right, each for itself: what fails leaves the others right,
// and the first error comes back. kUnavailable while somebody else changes the
// host; does nothing when no policy is in force.
absl::Status RepairFiles(Host& host, const std::set<std::string>& paths);

// Puts the records of the SELinux store right, and no file.
absl::Status RepairRecords(Host& host);

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_DRIFT_H_
