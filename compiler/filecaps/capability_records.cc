#include "compiler/filecaps/capability_records.h"

#include "absl/strings/str_cat.h"

namespace pol::filecaps {

std::vector<CapabilityRecord> CapabilityRecords(const ir::RuleSet& rules) {
  std::vector<CapabilityRecord> records;
  for (const ir::File& file : rules.files) {
    if (!file.manages_capabilities) continue;
    records.push_back(
        {file.path, file.capabilities, file.capabilities_rootid, file.origin});
  }
  return records;
}

std::string Dump(const std::vector<CapabilityRecord>& records) {
  std::string out;
  for (const CapabilityRecord& record : records) {
    absl::StrAppend(&out, record.path, " ",
                    record.set ? record.set->text() : "none");
    if (record.rootid != 0) absl::StrAppend(&out, " rootid ", record.rootid);
    out += '\n';
  }
  return out;
}

}  // namespace pol::filecaps
