#include "agent/enforce/selinux/deciders.h"

#include <algorithm>
#include <map>
#include <utility>

#include "compiler/support/paths.h"

namespace pol::enforce {

using kernel::EquivalenceEntry;
using kernel::LabelAnswer;

struct Deciders::Known {
  struct Named {
    kernel::FcontextEntry entry;
    Decider decider;
  };
  // One line of the local equivalences.
  struct Line {
    std::string path;
    Decider decider;
    bool ours = false;
  };

  std::vector<Named> records;             // ours
  std::vector<const Decider*> by_number;  // of local records; null: of others
  std::vector<Line> lines;
  bool any_line_is_ours = false;
  kernel::PathMap paths;
};

Deciders::Deciders(const kernel::LocalRecords& local, const LabelRules& ours,
                   kernel::PathMap paths) {
  auto known = std::make_shared<Known>();
  known->paths = std::move(paths);
  for (const Record& record : ours.records)
    known->records.push_back(
        {record.entry, {RecordName(record.entry), record.origin}});
  std::map<std::pair<std::string, std::string>, const Decider*> by_key;
  for (const Known::Named& one : known->records)
    by_key[{one.entry.regex, one.entry.kind}] = &one.decider;
  for (const kernel::FcontextEntry& entry : local.fcontexts) {
    auto found = by_key.find({entry.regex, entry.kind});
    known->by_number.push_back(found == by_key.end() ? nullptr : found->second);
  }
  for (const EquivalenceEntry& entry : local.equivalences) {
    Known::Line line = {entry.path, {}, false};
    for (const Owned<EquivalenceEntry>& one : ours.equivalences) {
      if (one.entry != entry) continue;
      line.decider = {SettingName(entry), one.origin};
      line.ours = known->any_line_is_ours = true;
    }
    known->lines.push_back(std::move(line));
  }
  known_ = std::move(known);
}

absl::StatusOr<const Decider*> Deciders::Of(const std::string& path,
                                            values::FileKind kind,
                                            const LabelAnswer& said) {
  POL_ASSIGN_OR_RETURN(const Decider* record, OfRecord(path, kind, said));
  if (record != nullptr || !known_->any_line_is_ours) return record;
  // Of lines that fit the last one is applied.
  auto line = std::find_if(
      known_->lines.rbegin(), known_->lines.rend(),
      [&](const auto& one) { return support::IsAtOrBelow(path, one.path); });
  return line != known_->lines.rend() && line->ours ? &line->decider : nullptr;
}

absl::StatusOr<const Decider*> Deciders::OfRecord(const std::string& path,
                                                  values::FileKind kind,
                                                  const LabelAnswer& said) {
  if (said.by == LabelAnswer::By::kOther) return nullptr;
  if (said.by == LabelAnswer::By::kLocal)
    return known_->by_number.at(said.record);
  if (patterns_.empty()) {
    for (size_t i = 0; i < known_->records.size(); ++i) {
      POL_ASSIGN_OR_RETURN(
          kernel::PathPattern pattern,
          kernel::PathPattern::Compile(known_->records[i].entry.regex));
      patterns_.push_back({i, std::move(pattern)});
    }
  }
  const std::string canonical = known_->paths.Canonical(path);
  for (auto it = patterns_.rbegin(); it != patterns_.rend(); ++it) {
    const Known::Named& record = known_->records[it->record];
    const std::string& flag = record.entry.kind;
    if ((flag.empty() || flag == values::Flag(kind)) &&
        it->pattern.Matches(canonical))
      return &record.decider;
  }
  return nullptr;
}

}  // namespace pol::enforce
