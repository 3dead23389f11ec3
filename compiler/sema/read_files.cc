#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/sema/check_paths.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/read_blocks.h"
#include "compiler/sema/schema.h"

namespace pol::sema {
namespace {

using diag::Cat;
using diag::Certainty;
using syntax::Attribute;
using syntax::Block;
using syntax::Expression;
using values::CapabilitySet;
using values::FileContext;
using values::FileKind;

// One name of a list of capabilities; false when no kernel knows it.
bool CheckCapability(const Value& value, const std::string& name,
                     Reader& reader) {
  const std::vector<std::string> all = values::CapabilityNames();
  if (std::find(all.begin(), all.end(), name) != all.end()) return true;
  auto& diagnostic = reader.Report(kBadCapabilities, value,
                                   Cat("`", name, "` is not a capability"));
  const std::vector<std::string_view> known(all.begin(), all.end());
  // The prefix is what most people leave out.
  auto nearest = diag::Nearest("cap_" + name, known);
  if (!nearest.has_value()) nearest = diag::Nearest(name, known);
  if (nearest.has_value()) {
    diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                       {{value.value->span, Cat("\"", *nearest, "\"")}},
                       Certainty::kPossible);
  }
  return false;
}

bool ReadCapabilityList(const syntax::List& list, const Value& whole,
                        Reader& reader, File& file) {
  bool good = true;
  std::vector<std::string> names;
  for (const Expression& element : list.elements) {
    const std::optional<Value> value = reader.Resolve(element);
    std::optional<std::string> name;
    if (value.has_value()) name = reader.Text(*value);
    if (!name.has_value() || !CheckCapability(*value, *name, reader)) {
      good = false;
      continue;
    }
    names.push_back(*std::move(name));
  }
  if (!good || names.empty()) return good;
  auto set = CapabilitySet::FromNames(names);
  if (!set.ok()) {
    reader.ReportBad(kBadCapabilities, whole, set.status());
    return false;
  }
  file.capabilities = *std::move(set);
  return true;
}

bool ReadCapabilities(const Attribute& attribute, Reader& reader, File& file) {
  file.manages_capabilities = true;
  const std::optional<Value> value = reader.Resolve(attribute.value);
  if (!value.has_value()) return false;
  if (const auto* list = std::get_if<syntax::List>(&value->value->value)) {
    return ReadCapabilityList(*list, *value, reader, file);
  }
  if (!std::holds_alternative<std::string>(value->value->value)) {
    reader.ReportType(*value, "a text of capabilities or a list of names");
    return false;
  }
  file.capabilities =
      reader.Parsed(*value, kBadCapabilities, CapabilitySet::Parse);
  return file.capabilities.has_value();
}

std::optional<FileContext> ReadContext(const Value& value, Reader& reader) {
  return reader.Parsed(value, kBadContext, FileContext::Parse);
}

}  // namespace

void ReadFile(const Block& block, Reader& reader, Model& model) {
  const Fields fields =
      CheckBlock(block, *FindRule(FileRules(), "file"), reader.sink());
  if (block.labels.empty() || block.labels[0].broken) return;
  File file;
  file.path = block.labels[0].text;
  file.span = block.labels[0].span;
  bool good = true;
  if (const absl::Status status = CheckFilePath(file.path); !status.ok()) {
    reader.sink().Report(kBadPath, file.span, std::string(status.message()));
    good = false;
  }
  const Attribute* selinux = fields.Find("selinux");
  const Attribute* capabilities = fields.Find("capabilities");
  if (selinux == nullptr && capabilities == nullptr) {
    reader.sink()
        .Report(kMissing, block.header_span,
                Cat(Describe(block), " says nothing about the file"))
        .Help("write `selinux` or `capabilities`");
    good = false;
  }
  if (selinux != nullptr) {
    const std::optional<Value> value = reader.Resolve(selinux->value);
    if (value.has_value()) file.context = ReadContext(*value, reader);
    good &= file.context.has_value();
  }
  if (capabilities != nullptr) {
    good &= ReadCapabilities(*capabilities, reader, file);
  }
  if (good) model.files.push_back(std::move(file));
}

void ReadFcontext(const Block& block, Reader& reader, Model& model) {
  const Fields fields =
      CheckBlock(block, *FindRule(FileRules(), "fcontext"), reader.sink());
  const Attribute* path = fields.Find("path");
  const Attribute* context = fields.Find("context");
  if (path == nullptr || context == nullptr) return;
  Fcontext fcontext;
  fcontext.span = path->span;
  bool good = true;
  const auto text = reader.Checked(*path, kBadExpression, CheckPathExpression);
  good &= text.has_value();
  fcontext.path = text.value_or("");
  if (const Attribute* kind = fields.Find("kind")) {
    const auto word =
        reader.OneWord(*kind, {Word<FileKind>{"any", FileKind::kAny},
                               {"file", FileKind::kFile},
                               {"directory", FileKind::kDirectory},
                               {"link", FileKind::kLink},
                               {"block", FileKind::kBlock},
                               {"character", FileKind::kCharacter},
                               {"pipe", FileKind::kPipe},
                               {"socket", FileKind::kSocket}});
    good &= word.has_value();
    fcontext.kind = word.value_or(FileKind::kAny);
  }
  const std::optional<Value> value = reader.Resolve(context->value);
  if (!value.has_value()) return;
  const auto* written = std::get_if<std::string>(&value->value->value);
  if (written == nullptr || *written != "<<none>>") {
    fcontext.context = ReadContext(*value, reader);
    good &= fcontext.context.has_value();
  }
  if (good) model.fcontexts.push_back(std::move(fcontext));
}

}  // namespace pol::sema
