#include "compiler/driver/variables.h"

#include <map>
#include <string_view>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/support/files.h"
#include "compiler/syntax/parse.h"

namespace pol::driver {
namespace {

using diag::Cat;
using support::Span;

constexpr char kAutoSuffix[] = ".auto.polvars";
constexpr size_t kMaxRead = size_t{64} << 20;

// The first part of an expression that has to be computed; null when all of it
// is constant.
const syntax::Expression* Computed(const syntax::Expression& expression) {
  const auto& value = expression.value;
  if (const auto* list = std::get_if<syntax::List>(&value)) {
    for (const syntax::Expression& element : list->elements) {
      if (const auto* found = Computed(element)) return found;
    }
    return nullptr;
  }
  if (const auto* object = std::get_if<syntax::Object>(&value)) {
    for (const syntax::ObjectItem& item : object->items) {
      if (const auto* found = Computed(item.key)) return found;
      if (const auto* found = Computed(item.value)) return found;
    }
    return nullptr;
  }
  const bool constant = std::holds_alternative<syntax::Invalid>(value) ||
                        std::holds_alternative<syntax::Null>(value) ||
                        std::holds_alternative<bool>(value) ||
                        std::holds_alternative<int64_t>(value) ||
                        std::holds_alternative<syntax::Decimal>(value) ||
                        std::holds_alternative<std::string>(value);
  return constant ? nullptr : &expression;
}

void CheckConstant(syntax::Attribute& attribute, diag::Sink& sink) {
  const syntax::Expression* computed = Computed(attribute.value);
  if (computed == nullptr) return;
  sink.Report(kVariableNotConstant, computed->span,
              Cat("the value of `", attribute.name, "` is not constant"))
      .Note(
          "a file of variables has plain values: text, numbers, `true`, "
          "`false`, `null`, lists and objects of them");
  attribute.value.value = syntax::Invalid{};
}

// Adds what a file of attributes says.
void ReadVariables(std::string name, std::string text,
                   support::SourceSet& sources, diag::Sink& sink,
                   std::vector<VariableValue>& values) {
  const support::FileId file = sources.Add(std::move(name), std::move(text));
  syntax::Ast ast = syntax::Parse(file, sources, sink);
  for (const syntax::Block& block : ast.body.blocks) {
    sink.Report(kBlockOfVariables, block.header_span,
                Cat("a block `", block.type, "` in a file of variables"))
        .Note("such a file has lines `name = value` and nothing else");
  }
  std::map<std::string_view, Span> seen;
  for (syntax::Attribute& attribute : ast.body.attributes) {
    const auto [first, is_new] =
        seen.try_emplace(attribute.name, attribute.name_span);
    if (!is_new) {
      sink.Report(kVariableTwice, attribute.name_span,
                  Cat("`", attribute.name, "` is set twice in this file"))
          .Also(first->second, "first here");
      continue;
    }
    CheckConstant(attribute, sink);
    values.push_back({std::string(attribute.name), attribute.name_span,
                      attribute.value.span, std::move(attribute.value),
                      std::nullopt});
  }
}

// The only attribute of a text that says nothing else, if it has this name.
std::optional<syntax::Expression> ParseOne(support::FileId file,
                                           std::string_view name,
                                           const support::SourceSet& sources) {
  diag::Sink unheard;  // what is no expression is text
  syntax::Ast ast = syntax::Parse(file, sources, unheard);
  if (unheard.HasErrors() || !ast.body.blocks.empty() ||
      ast.body.attributes.size() != 1 || ast.body.attributes[0].name != name) {
    return std::nullopt;
  }
  return std::move(ast.body.attributes[0].value);
}

bool IsName(const std::string& name) {
  support::SourceSet sources;
  return ParseOne(sources.Add("", name + " = null\n"), name, sources)
      .has_value();
}

absl::StatusOr<VariableValue> ReadFlag(const std::string& flag,
                                       support::SourceSet& sources) {
  const size_t equals = flag.find('=');
  const std::string name = flag.substr(0, equals);
  if (equals == std::string::npos || !IsName(name)) {
    return absl::InvalidArgumentError(
        Cat("--var: `", flag, "` is not of the form NAME=VALUE"));
  }
  VariableValue value;
  value.name = name;
  value.text = flag.substr(equals + 1);
  const std::string before = Cat(name, " = ");
  const support::FileId file =
      sources.Add(Cat("--var ", name), Cat(before, *value.text, "\n"));
  value.name_span = {file, 0, static_cast<uint32_t>(name.size())};
  value.span = {file, static_cast<uint32_t>(before.size()),
                static_cast<uint32_t>(before.size() + value.text->size())};
  value.expression.span = value.span;
  if (auto parsed = ParseOne(file, name, sources)) {
    value.expression = *std::move(parsed);
    if (Computed(value.expression) != nullptr) {
      value.expression.value = syntax::Invalid{};
    }
  }
  return value;
}

}  // namespace

absl::StatusOr<std::vector<VariableValue>> GatherVariables(
    const ModuleReader& reader, absl::Span<const VariableFlag> flags,
    support::SourceSet& sources, diag::Sink& sink) {
  std::vector<VariableValue> values;
  POL_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                       reader.List("", kAutoSuffix));
  for (const std::string& name : names) {
    POL_ASSIGN_OR_RETURN(std::string text, reader.Read(name, kMaxRead));
    ReadVariables(name, std::move(text), sources, sink, values);
  }
  for (const VariableFlag& flag : flags) {
    if (flag.is_file) {
      POL_ASSIGN_OR_RETURN(std::string text,
                           support::ReadFile(flag.text, kMaxRead));
      ReadVariables(flag.text, std::move(text), sources, sink, values);
    } else {
      POL_ASSIGN_OR_RETURN(VariableValue value, ReadFlag(flag.text, sources));
      values.push_back(std::move(value));
    }
  }
  return values;
}

}  // namespace pol::driver
