#include "compiler/selinux/fcontext_records.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "absl/strings/str_cat.h"

namespace pol::selinux {
namespace {

using values::FileKind;

// By literal path, the kinds of file of which something is said.
using Said = std::map<std::string, std::set<FileKind>>;

Said SaidOfLiterals(const ir::RuleSet& rules) {
  Said said;
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    if (fcontext.kind == FileKind::kAny) continue;
    if (std::optional<std::string> path = LiteralPath(fcontext.path)) {
      said[*path].insert(fcontext.kind);
    }
  }
  for (const ir::File& file : rules.files) {
    if (file.context) said[file.path].insert(FileKind::kFile);
  }
  return said;
}

std::vector<FileKind> KindsOf(const ir::Fcontext& fcontext, const Said& said) {
  if (fcontext.kind != FileKind::kAny) return {fcontext.kind};
  std::optional<std::string> path = LiteralPath(fcontext.path);
  auto others = path ? said.find(*path) : said.end();
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
  const Said said = SaidOfLiterals(rules);
  std::vector<FcontextRecord> records;
  for (const ir::Fcontext& fcontext : rules.fcontexts) {
    for (FileKind kind : KindsOf(fcontext, said)) {
      records.push_back(
          {fcontext.path, std::string(values::Flag(kind)),
           fcontext.context ? fcontext.context->ToString() : "<<none>>",
           fcontext.origin});
    }
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
