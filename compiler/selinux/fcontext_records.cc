#include "compiler/selinux/fcontext_records.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/selinux/fcontext_rules.h"

namespace pol::selinux {
namespace {

using values::FileKind;

// By literal path, the kinds of file of which something is said.
using Said = std::map<std::string, std::set<FileKind>>;

Said SaidOfLiterals(const std::vector<FcontextRule>& rules) {
  Said said;
  for (const FcontextRule& rule : rules) {
    if (rule.literal && rule.kind != FileKind::kAny)
      said[*rule.literal].insert(rule.kind);
  }
  return said;
}

std::vector<FileKind> KindsOf(const FcontextRule& rule, const Said& said) {
  if (rule.kind != FileKind::kAny) return {rule.kind};
  auto others = rule.literal ? said.find(*rule.literal) : said.end();
  if (others == said.end()) return {FileKind::kAny};
  std::vector<FileKind> rest;
  for (FileKind kind : {FileKind::kFile, FileKind::kDirectory, FileKind::kLink,
                        FileKind::kBlock, FileKind::kCharacter, FileKind::kPipe,
                        FileKind::kSocket}) {
    if (others->second.count(kind) == 0) rest.push_back(kind);
  }
  return rest;
}

}  // namespace

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

std::optional<std::string> LiteralPath(std::string_view expression) {
  if (LiteralStem(expression) < expression.size()) return std::nullopt;
  std::string path;
  for (size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\' && i + 1 < expression.size()) ++i;
    path += expression[i];
  }
  return path;
}

std::vector<FcontextRecord> FcontextRecords(const ir::RuleSet& rules) {
  const std::vector<FcontextRule> all = FcontextRules(rules);
  const Said said = SaidOfLiterals(all);
  std::vector<FcontextRecord> records;
  // One key, one record: the rule that wins comes first here.
  std::set<std::pair<std::string, FileKind>> seen;
  for (const FcontextRule& rule : all) {
    if (rule.of_file) continue;
    std::vector<FileKind> kinds = KindsOf(rule, said);
    for (auto kind = kinds.rbegin(); kind != kinds.rend(); ++kind) {
      if (!seen.emplace(rule.expression, *kind).second) continue;
      records.push_back({rule.expression, std::string(values::Flag(*kind)),
                         rule.context ? rule.context->ToString() : "<<none>>",
                         rule.origin});
    }
  }
  std::reverse(records.begin(), records.end());
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
