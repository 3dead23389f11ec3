#include "agent/enforce/selinux/records.h"

#include <algorithm>
#include <utility>

#include "agent/enforce/selinux/path_regex.h"
#include "compiler/bundle/origin.h"

namespace pol::enforce {
namespace {

using kernel::FcontextEntry;
using EntryList = std::vector<FcontextEntry>;

const Record* Find(const std::vector<Record>& records,
                   const FcontextEntry& entry) {
  for (const Record& record : records) {
    if (record.entry.SameKey(entry)) return &record;
  }
  return nullptr;
}

const FcontextEntry* Find(const EntryList& list, const FcontextEntry& entry) {
  for (const FcontextEntry& other : list) {
    if (other.SameKey(entry)) return &other;
  }
  return nullptr;
}

EntryList FromUndo(
    const google::protobuf::RepeatedPtrField<v1::RecordUndo>& records) {
  EntryList list;
  for (const v1::RecordUndo& record : records)
    list.push_back({record.regex(), record.kind(), record.context()});
  return list;
}

}  // namespace

std::string RecordName(const FcontextEntry& entry) {
  return absl::StrCat("fcontext ", entry.regex, entry.kind.empty() ? "" : " ",
                      entry.kind);
}

void KeepRecords(const EntryList& list,
                 google::protobuf::RepeatedPtrField<v1::RecordUndo>* out) {
  for (const FcontextEntry& entry : list) {
    v1::RecordUndo* record = out->Add();
    record->set_regex(entry.regex);
    record->set_kind(entry.kind);
    record->set_context(entry.context);
  }
}

EntryList RecordsBefore(const v1::Undo& undo) {
  return FromUndo(undo.records_before());
}

EntryList RecordsAfter(const v1::Undo& undo) {
  return FromUndo(undo.records_after());
}

std::vector<Record> RecordsOf(const Bundle& bundle,
                              const kernel::PathMap& paths) {
  std::vector<Record> fcontexts;
  for (const bundle::v1::FcontextRecord& rule : bundle.fcontexts()) {
    fcontexts.push_back({{rule.path(), rule.file_kind(), rule.context()},
                         bundle::Text(rule.origin())});
  }
  std::vector<Record> files;
  for (const bundle::v1::FileRecord& file : bundle.files()) {
    if (file.context().empty()) continue;
    files.push_back(
        {{EscapePath(paths.Canonical(file.path())), "--", file.context()},
         bundle::Text(file.origin())});
  }
  // One key, one record: what is said of a file by name counts.
  std::vector<Record> records;
  for (Record& record : fcontexts) {
    if (Find(files, record.entry) == nullptr)
      records.push_back(std::move(record));
  }
  std::move(files.begin(), files.end(), std::back_inserter(records));
  return records;
}

EntryList Entries(const std::vector<Record>& records) {
  EntryList list;
  for (const Record& record : records) list.push_back(record.entry);
  return list;
}

EntryList Merge(const EntryList& local, const std::vector<Record>& old,
                const std::vector<Record>& wanted) {
  EntryList kept;
  EntryList others;
  EntryList ours;
  for (const FcontextEntry& entry : local) {
    bool is_wanted = Find(wanted, entry) != nullptr;
    const Record* was = Find(old, entry);
    // A record of ours that somebody changed is theirs now.
    if (!is_wanted && was != nullptr && was->entry == entry) continue;
    kept.push_back(entry);
    (is_wanted ? ours : others).push_back(entry);
  }
  EntryList target = Entries(wanted);
  if (ours == target) return kept;
  others.insert(others.end(), target.begin(), target.end());
  return others;
}

EntryList Without(const EntryList& list, const std::vector<Record>& records) {
  EntryList rest;
  for (const FcontextEntry& entry : list) {
    if (Find(records, entry) == nullptr) rest.push_back(entry);
  }
  return rest;
}

EntryList Return(const EntryList& local, const v1::Undo& undo,
                 const std::vector<Record>& active,
                 const std::vector<Record>& former) {
  EntryList before = RecordsBefore(undo);
  if (local == RecordsAfter(undo)) return before;
  EntryList list = Merge(local, active, {});
  for (const FcontextEntry& entry : before) {
    bool replaced = Find(active, entry) != nullptr &&
                    Find(former, entry) == nullptr &&
                    Find(list, entry) == nullptr;
    if (replaced) list.push_back(entry);
  }
  return Merge(list, {}, former);
}

std::vector<Change> RecordChanges(const EntryList& before,
                                  const EntryList& after,
                                  const std::vector<Record>& records) {
  std::vector<Change> changes;
  for (const FcontextEntry& entry : after) {
    const FcontextEntry* had = Find(before, entry);
    if (had != nullptr && *had == entry) continue;
    const Record* record = Find(records, entry);
    changes.push_back({RecordName(entry), "record", had ? had->context : "",
                       entry.context, record ? record->origin : ""});
  }
  for (const FcontextEntry& entry : before) {
    if (Find(after, entry) != nullptr) continue;
    changes.push_back({RecordName(entry), "record", entry.context, "", ""});
  }
  if (changes.empty() && before != after) {
    changes.push_back({"fcontext records", "order", "as others left it",
                       "as the policy needs it", ""});
  }
  return changes;
}

absl::Status CheckRecords(const std::vector<Record>& records,
                          const kernel::PathMap& paths,
                          kernel::SelinuxStore& store) {
  std::vector<std::string> contexts;
  for (const Record& record : records) {
    const std::string& regex = record.entry.regex;
    absl::Status compiled = kernel::PathPattern::Compile(regex).status();
    if (!compiled.ok()) return support::Annotate(compiled, record.origin);
    if (HasBareAlternative(regex)) {
      return absl::InvalidArgumentError(absl::StrCat(
          record.origin, ": `", regex,
          "`: releases of libselinux disagree on alternatives outside a "
          "group; write (a|b)"));
    }
    std::string prefix = LiteralPrefix(regex);
    std::string canonical = paths.Canonical(prefix);
    if (canonical != prefix) {
      return absl::InvalidArgumentError(
          absl::StrCat(record.origin, ": `", regex,
                       "` never matches: the SELinux policy "
                       "of this host treats ",
                       prefix, " as ", canonical, "; write that instead"));
    }
    contexts.push_back(record.entry.context);
  }
  if (contexts.empty()) return absl::OkStatus();
  POL_ASSIGN_OR_RETURN(std::vector<std::string> refusals,
                       store.CheckContexts(contexts));
  for (size_t i = 0; i < refusals.size(); ++i) {
    if (refusals[i].empty()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        records[i].origin, ": the SELinux policy of this host refuses ",
        contexts[i], ": ", refusals[i]));
  }
  return absl::OkStatus();
}

}  // namespace pol::enforce
