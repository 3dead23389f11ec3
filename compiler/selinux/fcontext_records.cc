#include "compiler/selinux/fcontext_records.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace pol::selinux {

size_t LiteralStem(std::string_view regex) {
  constexpr std::string_view kMeta = ".^$?*+|[({";
  for (size_t i = 0; i < regex.size(); ++i) {
    if (regex[i] == '\\') {
      ++i;
    } else if (kMeta.find(regex[i]) != kMeta.npos) {
      return i;
    }
  }
  return regex.size();
}

std::vector<FcontextRecord> FcontextRecords(const ir::RuleSet& rules) {
  std::vector<FcontextRecord> records;
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    records.push_back(
        {fcontext.path, std::string(values::Flag(fcontext.kind)),
         fcontext.context ? fcontext.context->ToString() : "<<none>>",
         fcontext.origin});
  }
  // A rule for one kind of file is narrower than the same rule for any.
  std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) {
    return std::tuple(LiteralStem(a.path), std::string_view(a.path),
                      a.file_kind) < std::tuple(LiteralStem(b.path),
                                                std::string_view(b.path),
                                                b.file_kind);
  });
  return records;
}

std::string Dump(const std::vector<FcontextRecord>& records) {
  std::string out;
  for (const FcontextRecord& record : records) {
    absl::StrAppend(&out, record.path, "\t", record.file_kind,
                    record.file_kind.empty() ? "" : "\t", record.context, "\n");
  }
  return out;
}

}  // namespace pol::selinux
