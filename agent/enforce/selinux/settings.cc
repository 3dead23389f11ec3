#include "agent/enforce/selinux/settings.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "agent/enforce/selinux/records.h"
#include "compiler/bundle/origin.h"
#include "compiler/support/check.h"
#include "compiler/support/paths.h"

namespace pol::enforce {
namespace {

using kernel::BooleanEntry;
using kernel::BooleanState;
using kernel::EquivalenceEntry;
using kernel::EquivalenceList;
using kernel::LocalRecords;
using kernel::PermissiveEntry;
using kernel::PortEntry;

auto Order(const BooleanEntry& entry) { return std::tie(entry.name); }
auto Order(const PortEntry& entry) {
  return std::tie(entry.protocol, entry.first, entry.last);
}
auto Order(const PermissiveEntry& entry) { return std::tie(entry.type); }

std::string Name(const BooleanEntry& entry) {
  return absl::StrCat("boolean ", entry.name);
}
std::string Name(const PortEntry& entry) {
  std::string name = absl::StrCat("port ", entry.protocol, " ", entry.first);
  if (entry.last != entry.first) absl::StrAppend(&name, "-", entry.last);
  return name;
}
std::string Name(const PermissiveEntry& entry) {
  return absl::StrCat("permissive ", entry.type);
}

std::string Name(const EquivalenceEntry& entry) { return SettingName(entry); }

std::string OnOff(bool on) { return on ? "on" : "off"; }
std::string Value(const BooleanEntry& entry) { return OnOff(entry.on); }
std::string Value(const PortEntry& entry) { return entry.context; }
std::string Value(const PermissiveEntry&) { return "permissive"; }
std::string Value(const EquivalenceEntry& entry) { return entry.equal_to; }

template <typename Entry>
const Owned<Entry>* Find(const std::vector<Owned<Entry>>& owned,
                         const Entry& entry) {
  for (const Owned<Entry>& one : owned) {
    if (one.entry.SameKey(entry)) return &one;
  }
  return nullptr;
}

template <typename Entry>
const Entry* Find(const std::vector<Entry>& list, const Entry& entry) {
  for (const Entry& one : list) {
    if (one.SameKey(entry)) return &one;
  }
  return nullptr;
}

// Where an entry belongs: these have no order but that of their keys…
template <typename Entry>
void Place(const Entry& entry, std::vector<Entry>* list) {
  auto behind = std::find_if(
      list->begin(), list->end(),
      [&](const Entry& other) { return Order(entry) < Order(other); });
  list->insert(behind, entry);
}
// … and of equivalences the last that fits wins.
void Place(const EquivalenceEntry& entry, EquivalenceList* list) {
  auto behind = std::find_if(
      list->begin(), list->end(), [&](const EquivalenceEntry& other) {
        return support::IsAtOrBelow(other.path, entry.path);
      });
  list->insert(behind, entry);
}

template <typename Entry>
std::vector<Entry> Merge(const std::vector<Entry>& local,
                         const std::vector<Owned<Entry>>& old,
                         const std::vector<Owned<Entry>>& wanted) {
  std::vector<Entry> merged;
  for (const Entry& entry : local) {
    const Owned<Entry>* was = Find(old, entry);
    const Owned<Entry>* is = Find(wanted, entry);
    const bool ours = was != nullptr && was->entry == entry;
    if (is != nullptr ? is->entry == entry : !ours) merged.push_back(entry);
  }
  for (const Owned<Entry>& one : wanted) {
    if (Find(merged, one.entry) == nullptr) Place(one.entry, &merged);
  }
  return merged;
}

template <typename Entry>
std::vector<Entry> Return(const std::vector<Entry>& local,
                          const std::vector<Entry>& before,
                          const std::vector<Entry>& after,
                          const std::vector<Owned<Entry>>& active,
                          const std::vector<Owned<Entry>>& former) {
  if (local == after) return before;
  std::vector<Entry> list = Merge(local, active, {});
  for (const Entry& entry : before) {
    bool replaced = Find(active, entry) != nullptr &&
                    Find(former, entry) == nullptr &&
                    Find(list, entry) == nullptr;
    if (replaced) Place(entry, &list);
  }
  return Merge(list, {}, former);
}

template <typename Entry>
void AddChanges(const std::vector<Entry>& before,
                const std::vector<Entry>& after,
                const std::vector<Owned<Entry>>& wanted,
                std::vector<Change>* changes) {
  for (const Entry& entry : after) {
    const Entry* had = Find(before, entry);
    if (had != nullptr && *had == entry) continue;
    const Owned<Entry>* owned = Find(wanted, entry);
    changes->push_back({Name(entry), "record", had ? Value(*had) : "",
                        Value(entry), owned ? owned->origin : ""});
  }
  for (const Entry& entry : before) {
    if (Find(after, entry) == nullptr)
      changes->push_back({Name(entry), "record", Value(entry), "", ""});
  }
}

std::vector<BooleanEntry> BooleansFrom(
    const google::protobuf::RepeatedPtrField<v1::BooleanUndo>& list) {
  std::vector<BooleanEntry> entries;
  for (const v1::BooleanUndo& one : list)
    entries.push_back({one.name(), one.on()});
  return entries;
}

LocalRecords RecordsFrom(const v1::SettingsUndo& undo) {
  LocalRecords records;
  records.booleans = BooleansFrom(undo.booleans());
  for (const v1::PortUndo& port : undo.ports()) {
    records.ports.push_back(
        {port.protocol(), port.first(), port.last(), port.context()});
  }
  for (const std::string& type : undo.permissive())
    records.permissive.push_back({type});
  for (const v1::EquivalenceUndo& one : undo.equivalences())
    records.equivalences.push_back({one.path(), one.equal_to()});
  return records;
}

const char* ProtocolName(uint32_t number) {
  switch (number) {
    case 6:
      return "tcp";
    case 17:
      return "udp";
    case 132:
      return "sctp";
    default:
      POL_CHECK(false) << "a checked bundle has no ports of " << number;
      return "";
  }
}

std::string ObjectContext(const std::string& type, bool has_ranges) {
  return absl::StrCat("system_u:object_r:", type, has_ranges ? ":s0" : "");
}

void Put(const BooleanEntry& entry, v1::BooleanUndo* out) {
  out->set_name(entry.name);
  out->set_on(entry.on);
}

std::optional<bool> Running(const std::vector<BooleanState>& booleans,
                            const std::string& name) {
  for (const BooleanState& state : booleans) {
    if (state.name == name) return state.running;
  }
  return std::nullopt;
}

absl::Status CheckBooleans(const std::vector<Owned<BooleanEntry>>& wanted,
                           const std::vector<BooleanState>& booleans) {
  for (const Owned<BooleanEntry>& one : wanted) {
    bool known = std::any_of(
        booleans.begin(), booleans.end(),
        [&](const BooleanState& b) { return b.name == one.entry.name; });
    if (known) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(one.origin, ": the SELinux policy of this host has no ",
                     Name(one.entry)));
  }
  return absl::OkStatus();
}

absl::Status CheckOverlaps(const std::vector<Owned<PortEntry>>& wanted,
                           const std::vector<PortEntry>& after) {
  for (const Owned<PortEntry>& one : wanted) {
    for (const PortEntry& other : after) {
      if (other.SameKey(one.entry) || !other.Overlaps(one.entry)) continue;
      return absl::InvalidArgumentError(
          absl::StrCat(one.origin, ": ", Name(one.entry), " overlaps ",
                       Name(other), ", which this host labels ", other.context,
                       "; local labels of ports must not overlap"));
    }
  }
  return absl::OkStatus();
}

// Others may have lines in an order in which one of ours is never reached.
absl::Status CheckEffects(const std::vector<Owned<EquivalenceEntry>>& wanted,
                          const EquivalenceList& after) {
  const filecontexts::Substitutions lines = kernel::ToSubstitutions(after);
  for (const Owned<EquivalenceEntry>& one : wanted) {
    const std::string turned =
        lines.Apply(one.entry.path).value_or(one.entry.path);
    if (turned == one.entry.equal_to) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(one.origin, ": ", Name(one.entry),
                     " would have no effect: a later "
                     "line of file_contexts.subs makes it ",
                     turned));
  }
  return absl::OkStatus();
}

}  // namespace

Settings SettingsOf(const Bundle& bundle, bool has_ranges) {
  Settings settings;
  for (const bundle::v1::BooleanRecord& record : bundle.booleans()) {
    settings.booleans.push_back(
        {{record.name(), record.on()}, bundle::Text(record.origin())});
  }
  for (const bundle::v1::PortRecord& record : bundle.selinux_ports()) {
    settings.ports.push_back({{ProtocolName(record.protocol()),
                               static_cast<int>(record.ports().first()),
                               static_cast<int>(record.ports().last()),
                               ObjectContext(record.type(), has_ranges)},
                              bundle::Text(record.origin())});
  }
  for (const bundle::v1::PermissiveRecord& record : bundle.permissive())
    settings.permissive.push_back(
        {{record.type()}, bundle::Text(record.origin())});
  for (const bundle::v1::EquivalenceRecord& record : bundle.equivalences()) {
    settings.equivalences.push_back(
        {{record.path(), record.equal_to()}, bundle::Text(record.origin())});
  }
  return settings;
}

std::string SettingName(const EquivalenceEntry& entry) {
  return absl::StrCat("equivalence ", entry.path);
}

EquivalenceList MergeEquivalences(
    const EquivalenceList& local,
    const std::vector<Owned<EquivalenceEntry>>& old,
    const std::vector<Owned<EquivalenceEntry>>& wanted) {
  return Merge(local, old, wanted);
}

void MergeSettings(const LocalRecords& local, const Settings& old,
                   const Settings& wanted, LocalRecords* after) {
  after->booleans = Merge(local.booleans, old.booleans, wanted.booleans);
  after->ports = Merge(local.ports, old.ports, wanted.ports);
  after->permissive =
      Merge(local.permissive, old.permissive, wanted.permissive);
  after->equivalences =
      Merge(local.equivalences, old.equivalences, wanted.equivalences);
}

void ReturnSettings(const LocalRecords& local, const v1::Undo& undo,
                    const Settings& active, const Settings& former,
                    LocalRecords* after) {
  LocalRecords then = RecordsFrom(undo.settings_before());
  LocalRecords written = RecordsFrom(undo.settings_after());
  after->booleans = Return(local.booleans, then.booleans, written.booleans,
                           active.booleans, former.booleans);
  after->ports = Return(local.ports, then.ports, written.ports, active.ports,
                        former.ports);
  after->permissive =
      Return(local.permissive, then.permissive, written.permissive,
             active.permissive, former.permissive);
  after->equivalences =
      Return(local.equivalences, then.equivalences, written.equivalences,
             active.equivalences, former.equivalences);
}

RunningPlan PlanRunning(const std::vector<BooleanState>& booleans,
                        const Settings& old, const Settings& wanted) {
  RunningPlan plan;
  for (const Owned<BooleanEntry>& one : wanted.booleans) {
    std::optional<bool> now = Running(booleans, one.entry.name);
    if (!now || *now == one.entry.on) continue;
    plan.before.push_back({one.entry.name, *now});
    plan.after.push_back(one.entry);
  }
  for (const Owned<BooleanEntry>& one : old.booleans) {
    if (Find(wanted.booleans, one.entry) != nullptr) continue;
    std::optional<bool> now = Running(booleans, one.entry.name);
    // A value that somebody changed is theirs.
    if (!now || *now != one.entry.on) continue;
    plan.before.push_back({one.entry.name, *now});
    plan.released.push_back(one.entry.name);
  }
  return plan;
}

void AddRunningReturns(const std::vector<BooleanState>& booleans,
                       const v1::Undo& undo, RunningPlan* plan) {
  std::vector<BooleanEntry> given =
      BooleansFrom(undo.settings_after().running());
  for (const BooleanEntry& then :
       BooleansFrom(undo.settings_before().running())) {
    std::optional<bool> now = Running(booleans, then.name);
    const BooleanEntry* gave = Find(given, then);
    if (!now || gave == nullptr || *now != gave->on || *now == then.on ||
        Find(plan->after, then) != nullptr) {
      continue;
    }
    auto released =
        std::find(plan->released.begin(), plan->released.end(), then.name);
    if (released == plan->released.end()) {
      plan->before.push_back({then.name, *now});
    } else {
      plan->released.erase(released);
    }
    plan->after.push_back(then);
  }
}

std::vector<Change> SettingChanges(const LocalRecords& before,
                                   const LocalRecords& after,
                                   const RunningPlan& running,
                                   const Settings& wanted) {
  std::vector<Change> changes;
  AddChanges(before.booleans, after.booleans, wanted.booleans, &changes);
  AddChanges(before.ports, after.ports, wanted.ports, &changes);
  AddChanges(before.permissive, after.permissive, wanted.permissive, &changes);
  AddChanges(before.equivalences, after.equivalences, wanted.equivalences,
             &changes);
  for (const BooleanEntry& entry : running.after) {
    const BooleanEntry* had = Find(running.before, entry);
    const Owned<BooleanEntry>* owned = Find(wanted.booleans, entry);
    changes.push_back({Name(entry), "running", had ? OnOff(had->on) : "",
                       OnOff(entry.on), owned ? owned->origin : ""});
  }
  return changes;
}

absl::Status CheckSettings(const Settings& wanted, const LocalRecords& after,
                           const std::vector<BooleanState>& booleans,
                           kernel::SelinuxStore& store) {
  POL_RETURN_IF_ERROR(CheckBooleans(wanted.booleans, booleans));
  POL_RETURN_IF_ERROR(CheckOverlaps(wanted.ports, after.ports));
  POL_RETURN_IF_ERROR(CheckEffects(wanted.equivalences, after.equivalences));
  std::vector<std::string> contexts;
  std::vector<std::string> origins;
  for (const Owned<PortEntry>& one : wanted.ports) {
    contexts.push_back(one.entry.context);
    origins.push_back(one.origin);
  }
  if (!wanted.permissive.empty()) {
    POL_ASSIGN_OR_RETURN(bool has_ranges, store.HasRanges());
    for (const Owned<PermissiveEntry>& one : wanted.permissive) {
      contexts.push_back(ObjectContext(one.entry.type, has_ranges));
      origins.push_back(one.origin);
    }
  }
  if (contexts.empty()) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(std::vector<std::string> refusals,
                       store.CheckContexts(contexts));
  for (size_t i = 0; i < refusals.size(); ++i) {
    if (refusals[i].empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(origins[i], ": the SELinux policy of this host refuses ",
                     contexts[i], ": ", refusals[i]));
  }
  return absl::OkStatus();
}

LocalRecords LocalBefore(const v1::Undo& undo) {
  LocalRecords records = RecordsFrom(undo.settings_before());
  records.fcontexts = RecordsBefore(undo);
  return records;
}

LocalRecords LocalAfter(const v1::Undo& undo) {
  LocalRecords records = RecordsFrom(undo.settings_after());
  records.fcontexts = RecordsAfter(undo);
  return records;
}

std::vector<BooleanEntry> RunningBefore(const v1::Undo& undo) {
  return BooleansFrom(undo.settings_before().running());
}

std::vector<BooleanEntry> RunningAfter(const v1::Undo& undo) {
  return BooleansFrom(undo.settings_after().running());
}

void KeepSettings(const LocalRecords& records,
                  const std::vector<BooleanEntry>& running,
                  v1::SettingsUndo* undo) {
  for (const BooleanEntry& boolean : records.booleans)
    Put(boolean, undo->add_booleans());
  for (const PortEntry& port : records.ports) {
    v1::PortUndo* out = undo->add_ports();
    out->set_protocol(port.protocol);
    out->set_first(port.first);
    out->set_last(port.last);
    out->set_context(port.context);
  }
  for (const PermissiveEntry& domain : records.permissive)
    undo->add_permissive(domain.type);
  for (const EquivalenceEntry& one : records.equivalences) {
    v1::EquivalenceUndo* out = undo->add_equivalences();
    out->set_path(one.path);
    out->set_equal_to(one.equal_to);
  }
  for (const BooleanEntry& boolean : running) Put(boolean, undo->add_running());
}

}  // namespace pol::enforce
