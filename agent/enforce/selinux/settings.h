// What a bundle says to SELinux beside file contexts: booleans, port labels,
// permissive domains and equivalences; and how that stands among what others
// said.
#ifndef POL_AGENT_ENFORCE_SELINUX_SETTINGS_H_
#define POL_AGENT_ENFORCE_SELINUX_SETTINGS_H_

#include <string>
#include <vector>

#include "agent/enforce/fence.h"
#include "agent/enforce/xattrs/undo.pb.h"
#include "agent/kernel/files/selinux_store.h"

namespace pol::enforce {

// One of our entries, with the line of the policy that asks for it.
template <typename Entry>
struct Owned {
  Entry entry;
  std::string origin;
};

struct Settings {
  std::vector<Owned<kernel::BooleanEntry>> booleans;
  std::vector<Owned<kernel::PortEntry>> ports;
  std::vector<Owned<kernel::PermissiveEntry>> permissive;
  std::vector<Owned<kernel::EquivalenceEntry>> equivalences;
};

// Contexts of ports get the lowest level where the policy `has_ranges`, as
// semanage-port(8) gives it.
Settings SettingsOf(const Bundle& bundle, bool has_ranges);

// Booleans of the running kernel, as they are and as they shall be.
struct RunningPlan {
  std::vector<kernel::BooleanEntry> before;
  std::vector<kernel::BooleanEntry> after;
  // Those of ours that leave the bundle: they take what the policy then says.
  std::vector<std::string> released;
};

// "equivalence /srv/web", as changes name it.
std::string SettingName(const kernel::EquivalenceEntry& entry);

// Equivalences with `wanted` in place of `old`, as MergeSettings() makes them.
// A new one stands before those of folders below it.
kernel::EquivalenceList MergeEquivalences(
    const kernel::EquivalenceList& local,
    const std::vector<Owned<kernel::EquivalenceEntry>>& old,
    const std::vector<Owned<kernel::EquivalenceEntry>>& wanted);

// Gives `after` the local settings of `local` with `wanted` in place of `old`.
// Those of others stay unless they have the key of a wanted one; one of ours
// that somebody changed is theirs.
void MergeSettings(const kernel::LocalRecords& local, const Settings& old,
                   const Settings& wanted, kernel::LocalRecords* after);

// The way back to what `undo` kept: the settings of then when `local` holds
// what was written over them, otherwise those of `former` in place of `active`
// and, of others, what `active` had replaced.
void ReturnSettings(const kernel::LocalRecords& local, const v1::Undo& undo,
                    const Settings& active, const Settings& former,
                    kernel::LocalRecords* after);

RunningPlan PlanRunning(const std::vector<kernel::BooleanState>& booleans,
                        const Settings& old, const Settings& wanted);

// Adds to `plan` the way back to the values that `undo` kept, of booleans that
// still have the value they were given then and that the plan does not name.
void AddRunningReturns(const std::vector<kernel::BooleanState>& booleans,
                       const v1::Undo& undo, RunningPlan* plan);

// What differs; `wanted` lends the lines.
std::vector<Change> SettingChanges(const kernel::LocalRecords& before,
                                   const kernel::LocalRecords& after,
                                   const RunningPlan& running,
                                   const Settings& wanted);

// kInvalidArgument, with the line of the policy, for what the policy of the
// host does not have or libsemanage would not take: a boolean or type that is
// not there, ports that overlap others of `after`, an equivalence over which
// another one wins.
absl::Status CheckSettings(const Settings& wanted,
                           const kernel::LocalRecords& after,
                           const std::vector<kernel::BooleanState>& booleans,
                           kernel::SelinuxStore& store);

// The local records that a journal knows, file contexts included, before and
// after its step, and the values of the running booleans that it changed.
kernel::LocalRecords LocalBefore(const v1::Undo& undo);
kernel::LocalRecords LocalAfter(const v1::Undo& undo);
std::vector<kernel::BooleanEntry> RunningBefore(const v1::Undo& undo);
std::vector<kernel::BooleanEntry> RunningAfter(const v1::Undo& undo);

void KeepSettings(const kernel::LocalRecords& records,
                  const std::vector<kernel::BooleanEntry>& running,
                  v1::SettingsUndo* undo);

}  // namespace pol::enforce

#endif  // POL_AGENT_ENFORCE_SELINUX_SETTINGS_H_
