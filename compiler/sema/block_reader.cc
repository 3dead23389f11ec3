#include "compiler/sema/block_reader.h"

#include <algorithm>

#include "absl/strings/str_join.h"
#include "compiler/diag/nearest.h"
#include "compiler/eval/evaluate.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/support/view.h"

namespace pol::sema {

using diag::Cat;
using eval::Value;
using syntax::Attribute;
using syntax::Block;
using values::PortRange;

BlockReader::BlockReader(const Block& block, const BlockRule& rule,
                         Context& context)
    : block_(block), context_(context) {
  bool complete = true;
  fields_ = CheckBlock(block, rule, context.sink, complete);
  good_ = complete;
}

std::string BlockReader::Name() const {
  if (block_.labels.empty()) return "";
  return context_.names.Qualified(context_.instance(), block_.labels[0].text);
}

Span BlockReader::LabelSpan() const {
  return block_.labels.empty() ? block_.header_span : block_.labels[0].span;
}

std::optional<Given> BlockReader::Evaluate(const Attribute& attribute) {
  Value value = eval::Evaluate(attribute.value, context_.scope, context_.budget,
                               context_.sink);
  if (value.is_null()) return std::nullopt;
  if (value.is_invalid()) {
    good_ = false;
    return std::nullopt;
  }
  return Given{std::move(value), &attribute};
}

std::optional<Given> BlockReader::Get(std::string_view name) {
  const Attribute* attribute = fields_.Find(name);
  if (attribute == nullptr) return std::nullopt;
  std::optional<Given> given = Evaluate(*attribute);
  if (!given.has_value() && good_ && fields_.IsRequired(name)) {
    Fail();
    sink()
        .Report(kMissing, attribute->value.span,
                Cat(Describe(block_), " has no `", name, "`"))
        .Mark("this is null");
  }
  return given;
}

std::optional<std::string> BlockReader::TextOf(const Given& given) {
  if (given.value.kind() == eval::Kind::kString) {
    return given.value.as_string();
  }
  ReportType(given, "a string");
  return std::nullopt;
}

std::optional<std::string> BlockReader::Text(std::string_view name) {
  const std::optional<Given> given = Get(name);
  if (!given.has_value()) return std::nullopt;
  return TextOf(*given);
}

std::optional<bool> BlockReader::Bool(std::string_view name) {
  const std::optional<Given> given = Get(name);
  if (!given.has_value()) return std::nullopt;
  if (given->value.kind() == eval::Kind::kBool) return given->value.as_bool();
  ReportType(*given, "true or false");
  return std::nullopt;
}

std::vector<Given> BlockReader::Many(std::string_view name, Empty empty) {
  const std::optional<Given> whole = Get(name);
  if (!whole.has_value()) return {};
  if (!whole->value.is_sequence()) return {*whole};
  if (whole->value.elements().empty() && empty == Empty::kRefused) {
    Report(kEmptyList, *whole, Cat("`", name, "` needs at least one element"));
    return {};
  }
  std::vector<Given> known;
  for (const Value& element : whole->value.elements()) {
    if (element.is_invalid()) {
      good_ = false;
    } else {
      known.push_back({element, whole->attribute});
    }
  }
  return known;
}

void BlockReader::SetProtocol(values::Protocol& field) {
  constexpr std::string_view kName = "protocol";
  const std::optional<Given> given = Get(kName);
  if (!given.has_value()) return;
  const std::optional<std::string> text = TextOf(*given);
  if (!text.has_value()) return;
  const std::vector<std::string_view> known = fields_.WordsOf(kName);
  if (std::find(known.begin(), known.end(), *text) == known.end())
    return ReportUnknownWord(*given, *text, known);
  field = *values::ParseProtocol(*text);
}

const Attribute* BlockReader::Either(std::string_view long_form,
                                     std::string_view short_form,
                                     std::string_view needed) {
  const Attribute* first = fields_.Find(long_form);
  const Attribute* second = fields_.Find(short_form);
  if (first != nullptr && second != nullptr) {
    if (second->span < first->span) std::swap(first, second);
    sink()
        .Report(kSaidTwice, second->name_span,
                Cat("`", second->name, "` and `", first->name,
                    "` say the same thing"))
        .Also(first->name_span, "said here first");
    Fail();
    return nullptr;
  }
  if (first == nullptr && second == nullptr) {
    if (needed.empty()) return nullptr;
    sink()
        .Report(kMissing, block_.header_span,
                Cat(Describe(block_), " has no `", long_form, "`"))
        .Help(std::string(needed));
    Fail();
    return nullptr;
  }
  return first != nullptr ? first : second;
}

std::vector<PortRange> BlockReader::Ports(const Attribute& attribute) {
  std::vector<PortRange> ports;
  for (const Given& given : Many(attribute.name)) {
    const std::optional<PortRange> range = Port(given);
    if (range.has_value()) ports.push_back(*range);
  }
  return ports;
}

void BlockReader::CheckPorts(values::Protocol protocol,
                             const std::vector<PortRange>& ports,
                             const Attribute& attribute) {
  const bool any = std::all_of(
      ports.begin(), ports.end(),
      [](const PortRange& range) { return range == PortRange::Any(); });
  if (values::HasPorts(protocol) || any) return;
  sink()
      .Report(kBadPort, attribute.value.span,
              Cat(values::ToString(protocol), " has no ports"))
      .Help("write `port = \"any\"`");
  Fail();
}

std::optional<PortRange> BlockReader::Port(const Given& given) {
  absl::StatusOr<PortRange> range;
  if (const auto number = given.value.as_integer()) {
    range = PortRange::FromNumber(*number);
  } else if (given.value.kind() == eval::Kind::kString) {
    range = PortRange::Parse(given.value.as_string());
  } else {
    ReportType(given, "a port");
    return std::nullopt;
  }
  if (range.ok()) return *range;
  ReportBad(kBadPort, given, range.status());
  return std::nullopt;
}

diag::Diagnostic& BlockReader::Report(const Code& code, const Given& given,
                                      std::string message) {
  good_ = false;
  const Span use = given.attribute->value.span;
  const Span span = given.span();
  auto& diagnostic = sink().Report(code, span, std::move(message));
  const bool inside =
      use.file == span.file && use.begin <= span.begin && span.end <= use.end;
  if (!inside) diagnostic.Also(use, "used here");
  return diagnostic;
}

void BlockReader::ReportType(const Given& given, std::string_view expected) {
  const bool fraction = given.value.kind() == eval::Kind::kNumber &&
                        !given.value.as_number().is_whole();
  Report(kWrongType, given,
         Cat("expected ", expected, ", found ",
             fraction ? "a number with a fraction"
                      : Describe(given.value.kind())));
}

void BlockReader::ReportBad(const Code& code, const Given& given,
                            const absl::Status& status) {
  Report(code, given, std::string(status.message()));
}

void BlockReader::Suggest(diag::Diagnostic& diagnostic, const Given& given,
                          std::string_view text,
                          const std::vector<std::string_view>& known) {
  const auto nearest = diag::Nearest(text, known);
  if (!nearest.has_value()) return;
  diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                     {{given.span(), Cat("\"", *nearest, "\"")}},
                     diag::Certainty::kPossible);
}

void BlockReader::ReportUnknownWord(
    const Given& given, std::string_view text,
    const std::vector<std::string_view>& known) {
  auto& diagnostic =
      Report(kUnknownWord, given,
             Cat("`", text, "` is no `", given.attribute->name, "`"));
  std::vector<absl::string_view> words;
  for (std::string_view word : known) words.push_back(support::ToAbsl(word));
  diagnostic.Note(Cat("known: ", absl::StrJoin(words, ", ")));
  Suggest(diagnostic, given, text, known);
}

}  // namespace pol::sema
