#include "agent/enforce/selinux/undo_step.h"

#include <algorithm>
#include <utility>

#include "agent/enforce/selinux/records.h"
#include "agent/enforce/selinux/settings.h"
#include "agent/enforce/xattrs/xattr_step.h"

namespace pol::enforce {
namespace {

using kernel::BooleanEntry;
using kernel::BooleanState;
using kernel::EquivalenceList;
using kernel::kSelinuxXattr;
using kernel::LocalRecords;

// What becomes of the records, and of the booleans of the running kernel.
struct Records {
  bool touched = false;  // by the step that is undone
  LocalRecords now;
  LocalRecords before;
  std::vector<BooleanEntry> running;
};

// Whether two differ in equivalences alone, which have a file of their own.
bool SameInStore(LocalRecords a, const LocalRecords& b) {
  a.equivalences = b.equivalences;
  return a == b;
}

// `records.before` of what somebody changed meanwhile becomes what is there.
void KeepOthers(const LocalRecords& after, Records* records,
                std::vector<std::string>* left) {
  const LocalRecords& now = records->now;
  LocalRecords& before = records->before;
  EquivalenceList equivalences = std::move(before.equivalences);
  if (now.equivalences != equivalences &&
      now.equivalences != after.equivalences) {
    left->push_back("the local SELinux equivalences");
    equivalences = now.equivalences;
  }
  if (!SameInStore(now, before) && !SameInStore(now, after)) {
    left->push_back("the local SELinux records");
    before = now;
  }
  before.equivalences = std::move(equivalences);
}

class UndoStep : public Step {
 public:
  UndoStep(kernel::FileSystem& files, kernel::SelinuxStore& store,
           Records records, XattrWrites writes)
      : store_(store),
        records_(std::move(records)),
        labels_(files, kSelinuxXattr, std::move(writes)) {}

  // One part does not wait for the other.
  absl::Status Switch() override {
    absl::Status done = labels_.Switch();
    done.Update(PutRecords());
    done.Update(store_.SetRunning(records_.running));
    return done;
  }

  // The way back from a way back is to go it again.
  absl::Status Undo() override { return absl::OkStatus(); }

 private:
  absl::Status PutRecords() {
    if (!records_.touched) return absl::OkStatus();
    absl::Status put = store_.Replace(records_.now, records_.before);
    // A commit installs everything.
    if (!put.ok() || !SameInStore(records_.now, records_.before)) return put;
    return store_.Repair(kernel::SelinuxStore::Repairs::kReinstall).status();
  }

  kernel::SelinuxStore& store_;
  Records records_;
  XattrStep labels_;
};

absl::StatusOr<std::vector<BooleanEntry>> RunningToReturn(
    kernel::SelinuxStore& store, const v1::Undo& undo) {
  std::vector<BooleanEntry> values;
  std::vector<BooleanEntry> before = RunningBefore(undo);
  if (before.empty()) return values;
  POL_ASSIGN_OR_RETURN(std::vector<BooleanState> booleans, store.Booleans());
  for (const BooleanEntry& value : before) {
    for (const BooleanState& boolean : booleans) {
      if (boolean.name == value.name && boolean.running == !value.on)
        values.push_back(value);
    }
  }
  return values;
}

// What a joined journal takes for written. Where somebody changed the list
// between the two steps it is one that will not be found again, and the return
// goes entry by entry.
template <typename List>
List Written(const List& before_newer, const List& after_newer,
             const List& after_older) {
  return before_newer == after_older ? after_newer : after_older;
}

// Adds the entries of `more` whose names `list` does not have.
void AddMissing(const std::vector<BooleanEntry>& more,
                std::vector<BooleanEntry>* list) {
  for (const BooleanEntry& entry : more) {
    bool known = std::any_of(
        list->begin(), list->end(),
        [&](const BooleanEntry& other) { return other.SameKey(entry); });
    if (!known) list->push_back(entry);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Step>> MakeUndoStep(
    kernel::FileSystem& files, kernel::SelinuxStore& store,
    const v1::Undo& undo, std::vector<std::string>* left) {
  XattrWrites writes;
  POL_RETURN_IF_ERROR(AddUndone(files, kSelinuxXattr, undo, &writes, left));
  Records records;
  records.before = LocalBefore(undo);
  LocalRecords after = LocalAfter(undo);
  bool has_store = !store.Missing();
  records.touched = has_store && records.before != after;
  if (records.touched) {
    POL_ASSIGN_OR_RETURN(records.now, store.Local());
    KeepOthers(after, &records, left);
  }
  if (has_store) {
    POL_ASSIGN_OR_RETURN(records.running, RunningToReturn(store, undo));
  }
  return std::make_unique<UndoStep>(files, store, std::move(records),
                                    std::move(writes));
}

v1::Undo JoinSelinuxUndos(const v1::Undo& newer, const v1::Undo& older) {
  LocalRecords between = LocalBefore(newer);
  LocalRecords last = LocalAfter(newer);
  LocalRecords then = LocalAfter(older);
  LocalRecords written;
  written.fcontexts =
      Written(between.fcontexts, last.fcontexts, then.fcontexts);
  written.booleans = Written(between.booleans, last.booleans, then.booleans);
  written.ports = Written(between.ports, last.ports, then.ports);
  written.permissive =
      Written(between.permissive, last.permissive, then.permissive);
  written.equivalences =
      Written(between.equivalences, last.equivalences, then.equivalences);
  std::vector<BooleanEntry> running_before = RunningBefore(older);
  AddMissing(RunningBefore(newer), &running_before);
  std::vector<BooleanEntry> running_after = RunningAfter(newer);
  AddMissing(RunningAfter(older), &running_after);

  v1::Undo joined = JoinUndos(newer, older);
  joined.clear_records_before();
  joined.clear_records_after();
  joined.clear_settings_before();
  joined.clear_settings_after();
  LocalRecords before = LocalBefore(older);
  KeepRecords(before.fcontexts, joined.mutable_records_before());
  KeepRecords(written.fcontexts, joined.mutable_records_after());
  KeepSettings(before, running_before, joined.mutable_settings_before());
  KeepSettings(written, running_after, joined.mutable_settings_after());
  return joined;
}

}  // namespace pol::enforce
