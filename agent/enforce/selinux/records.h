// The local file-context records that a bundle asks for, and how they stand
// among those of others.
#ifndef POL_AGENT_ENFORCE_SELINUX_RECORDS_H_
#define POL_AGENT_ENFORCE_SELINUX_RECORDS_H_

#include <string>
#include <vector>

#include "agent/enforce/fence.h"
#include "agent/enforce/xattrs/undo.pb.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// One of our records, with the line of the policy that asks for it.
struct Record {
  kernel::FcontextEntry entry;
  std::string origin;
};

// "fcontext /srv/app(/.*)? -d"
std::string RecordName(const kernel::FcontextEntry& entry);

// The records of a bundle in the order they must stand in: `fcontext` rules as
// the bundle has them, then one literal record for each labelled `file`, under
// the path by which `paths` knows it.
std::vector<Record> RecordsOf(const Bundle& bundle,
                              const kernel::PathMap& paths);

// The local records that a journal knows, before and after its step.
std::vector<kernel::FcontextEntry> RecordsBefore(const v1::Undo& undo);
std::vector<kernel::FcontextEntry> RecordsAfter(const v1::Undo& undo);
void KeepRecords(const std::vector<kernel::FcontextEntry>& list,
                 google::protobuf::RepeatedPtrField<v1::RecordUndo>* out);

std::vector<kernel::FcontextEntry> Entries(const std::vector<Record>& records);

// The local records with `wanted` in place of `old`. Records of others stay,
// in their order, unless they have the key of a wanted one. The wanted ones
// come last, where they win, except when they all stand already in their
// order: then nobody's place changes.
std::vector<kernel::FcontextEntry> Merge(
    const std::vector<kernel::FcontextEntry>& local,
    const std::vector<Record>& old, const std::vector<Record>& wanted);

// `list` without the entries that have the key of one of `records`.
std::vector<kernel::FcontextEntry> Without(
    const std::vector<kernel::FcontextEntry>& list,
    const std::vector<Record>& records);

// The way back to what `undo` kept: the list of then when `local` is what was
// written over it, otherwise `local` with `former` in place of `active` and
// the records of others that `active` had replaced.
std::vector<kernel::FcontextEntry> Return(
    const std::vector<kernel::FcontextEntry>& local, const v1::Undo& undo,
    const std::vector<Record>& active, const std::vector<Record>& former);

// What differs between two lists, entry by entry; `records` lend the lines.
std::vector<Change> RecordChanges(
    const std::vector<kernel::FcontextEntry>& before,
    const std::vector<kernel::FcontextEntry>& after,
    const std::vector<Record>& records);

// kInvalidArgument, with the line of the policy, when libselinux or the policy
// of the host would not take a record, or would never match it.
absl::Status CheckRecords(const std::vector<Record>& records,
                          const kernel::PathMap& paths,
                          kernel::SelinuxStore& store);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_RECORDS_H_
