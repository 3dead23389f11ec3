#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/read_contexts.h"

namespace pol::sema {
namespace {

using diag::Cat;
using diag::Certainty;
using syntax::Block;
using values::CapabilitySet;
using values::FileContext;
using values::FileKind;

// One name of a list of capabilities; false when no kernel knows it.
bool CheckCapability(const Given& given, const std::string& name,
                     BlockReader& reader) {
  static const auto& all =
      *new std::vector<std::string>(values::CapabilityNames());
  if (std::find(all.begin(), all.end(), name) != all.end()) return true;
  auto& diagnostic = reader.Report(kBadCapabilities, given,
                                   Cat("`", name, "` is not a capability"));
  const std::vector<std::string_view> known(all.begin(), all.end());
  // The prefix is what most people leave out.
  auto nearest = diag::Nearest("cap_" + name, known);
  if (!nearest.has_value()) nearest = diag::Nearest(name, known);
  if (nearest.has_value()) {
    diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                       {{given.span(), Cat("\"", *nearest, "\"")}},
                       Certainty::kPossible);
  }
  return false;
}

void ReadCapabilityList(const Given& whole, BlockReader& reader, File& file) {
  std::vector<std::string> names;
  for (const eval::Value& element : whole.value.elements()) {
    if (element.is_invalid()) {
      reader.Fail();
      continue;
    }
    const Given given{element, whole.attribute};
    std::optional<std::string> name = reader.TextOf(given);
    if (name.has_value() && CheckCapability(given, *name, reader)) {
      names.push_back(*std::move(name));
    }
  }
  if (!reader.good() || names.empty()) return;
  auto set = CapabilitySet::FromNames(names);
  if (!set.ok()) return reader.ReportBad(kBadCapabilities, whole, set.status());
  file.capabilities = *std::move(set);
}

void ReadCapabilities(BlockReader& reader, File& file) {
  const std::optional<Given> given = reader.Get("capabilities");
  if (!given.has_value()) return;
  file.manages_capabilities = true;
  file.capabilities_span = given->attribute->span;
  if (given->value.is_sequence()) {
    return ReadCapabilityList(*given, reader, file);
  }
  if (given->value.kind() != eval::Kind::kString) {
    return reader.ReportType(*given,
                             "a text of capabilities or a list of names");
  }
  file.capabilities =
      reader.Parsed(*given, kBadCapabilities, CapabilitySet::Parse);
}

void ReadRootid(BlockReader& reader, File& file) {
  const std::optional<Given> given = reader.Get("capabilities_rootid");
  if (!given.has_value()) return;
  if (given->value.kind() != eval::Kind::kNumber) {
    return reader.ReportType(*given, "a number");
  }
  const std::optional<int64_t> number = given->value.as_integer();
  // (uid_t)-1 is nobody's.
  constexpr int64_t kLast = 0xffffffff - 1;
  if (!number.has_value() || *number < 0 || *number > kLast) {
    reader.Report(kBadRootid, *given,
                  Cat("a user ID is a whole number from 0 to ", kLast));
    return;
  }
  if (reader.good() && *number != 0 && !file.capabilities.has_value()) {
    reader
        .Report(kBadRootid, *given,
                "a root ID belongs to capabilities, and this file gets none")
        .Help("write `capabilities`, or take `capabilities_rootid` out");
    return;
  }
  file.capabilities_rootid = static_cast<uint32_t>(*number);
}

void SetDrift(BlockReader& reader, bool& report) {
  reader.Set(report, "drift", {{"correct", false}, {"report", true}});
}

}  // namespace

void SetFileKind(BlockReader& reader, FileKind& kind, bool any) {
  const std::optional<Given> given = reader.Get("kind");
  if (!given.has_value()) return;
  const auto text = reader.TextOf(*given);
  if (!text.has_value()) return;
  const auto known = values::ParseFileKind(*text);
  if (known.has_value() && (any || *known != FileKind::kAny)) {
    kind = *known;
    return;
  }
  std::vector<std::string_view> words = {"any",  "file",  "directory",
                                         "link", "block", "character",
                                         "pipe", "socket"};
  if (!any) words.erase(words.begin());
  reader.ReportUnknownWord(*given, *text, words);
}

std::optional<FileContext> ReadContext(BlockReader& reader,
                                       std::string_view name, bool& none) {
  const std::optional<Given> given = reader.Get(name);
  if (!given.has_value()) return std::nullopt;
  none = given->value.kind() == eval::Kind::kString &&
         given->value.as_string() == "<<none>>";
  if (none) return std::nullopt;
  return reader.Parsed(*given, kBadContext, FileContext::Parse);
}

void ReadFile(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("file"), context);
  File file;
  file.span = reader.LabelSpan();
  if (!block.labels.empty() && !block.labels[0].broken) {
    file.path = block.labels[0].text;
    const absl::Status status = CheckFilePath(file.path);
    if (!status.ok()) {
      reader.sink().Report(kBadPath, file.span, std::string(status.message()));
      reader.Fail();
    }
  }
  file.context = reader.Parsed("selinux", kBadContext, FileContext::Parse);
  if (const auto* selinux = reader.Find("selinux"))
    file.context_span = selinux->value.span;
  ReadCapabilities(reader, file);
  ReadRootid(reader, file);
  SetDrift(reader, file.report_drift);
  if (reader.Find("selinux") == nullptr &&
      reader.Find("capabilities") == nullptr) {
    reader.sink()
        .Report(kMissing, block.header_span,
                Cat(Describe(block), " says nothing about the file"))
        .Help("write `selinux` or `capabilities`");
    reader.Fail();
  }
  if (reader.good()) context.model.files.push_back(std::move(file));
}

void ReadFcontext(const Block& block, Context& context) {
  BlockReader reader(block, RuleOf("fcontext"), context);
  Fcontext fcontext;
  fcontext.span = block.header_span;
  const syntax::Attribute* path = reader.Find("path");
  if (path != nullptr) fcontext.span = path->span;
  fcontext.path =
      reader.Checked("path", kBadExpression, CheckPathExpression).value_or("");
  SetFileKind(reader, fcontext.kind, /*any=*/true);
  if (const auto* given = reader.Find("context"))
    fcontext.context_span = given->value.span;
  bool none = false;
  fcontext.context = ReadContext(reader, "context", none);
  SetDrift(reader, fcontext.report_drift);
  if (reader.good()) context.model.fcontexts.push_back(std::move(fcontext));
}

}  // namespace pol::sema
