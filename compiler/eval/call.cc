#include "compiler/eval/call.h"

#include <utility>

#include "compiler/eval/characters.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

std::string_view Wanted(Takes takes) {
  switch (takes) {
    case Takes::kAny:
      return "a value";
    case Takes::kString:
      return "a string";
    case Takes::kNumber:
      return "a number";
    case Takes::kInteger:
      return "a whole number";
    case Takes::kBool:
      return "a boolean";
    case Takes::kText:
      return "a string, number or boolean";
    case Takes::kSequence:
      return "a list or set";
    case Takes::kStrings:
      return "a list of strings";
    case Takes::kTexts:
      return "a list of strings, numbers or booleans";
    case Takes::kNumbers:
      return "a list of numbers";
    case Takes::kBools:
      return "a list of booleans";
    case Takes::kSequences:
      return "a list of lists";
    case Takes::kObject:
      return "an object";
    case Takes::kCollection:
      return "a list, set or object";
    case Takes::kCountable:
      return "a string, list, set or object";
  }
  return "";
}

bool IsText(const Value& value) {
  return value.kind() == Kind::kString || value.kind() == Kind::kNumber ||
         value.kind() == Kind::kBool;
}

// What the elements must be; kAny when it does not matter.
Takes ElementsOf(Takes takes) {
  switch (takes) {
    case Takes::kStrings:
      return Takes::kString;
    case Takes::kTexts:
      return Takes::kText;
    case Takes::kNumbers:
      return Takes::kNumber;
    case Takes::kBools:
      return Takes::kBool;
    case Takes::kSequences:
      return Takes::kSequence;
    default:
      return Takes::kAny;
  }
}

bool Fits(const Value& value, Takes takes) {
  switch (takes) {
    case Takes::kAny:
      return true;
    case Takes::kString:
      return value.kind() == Kind::kString;
    case Takes::kNumber:
    case Takes::kInteger:
      return value.kind() == Kind::kNumber;
    case Takes::kBool:
      return value.kind() == Kind::kBool;
    case Takes::kText:
      return IsText(value);
    case Takes::kSequence:
    case Takes::kStrings:
    case Takes::kTexts:
    case Takes::kNumbers:
    case Takes::kBools:
    case Takes::kSequences:
      return value.is_sequence();
    case Takes::kObject:
      return value.is_mapping();
    case Takes::kCollection:
      return value.is_sequence() || value.is_mapping();
    case Takes::kCountable:
      return value.is_sequence() || value.is_mapping() ||
             value.kind() == Kind::kString;
  }
  return false;
}

std::string_view ConversionHelp(const Value& value, Takes takes) {
  if (takes == Takes::kString && IsText(value)) {
    return "tostring(…) makes text of it";
  }
  if (value.kind() != Kind::kString) return "";
  if (takes == Takes::kNumber || takes == Takes::kInteger) {
    return "tonumber(…) makes a number of it";
  }
  if (takes == Takes::kBool) return "tobool(…) makes a boolean of it";
  if (takes == Takes::kStrings || takes == Takes::kTexts ||
      takes == Takes::kSequence) {
    return "brackets make a list of it: [\"…\"]";
  }
  return "";
}

}  // namespace

bool IsEmpty(const Value& value) {
  return value.is_null() ||
         (value.kind() == Kind::kString && value.as_string().empty());
}

const Parameter& Call::ParameterOf(size_t argument) const {
  const size_t last = function_.parameters.size() - 1;
  return function_.parameters[std::min(argument, last)];
}

diag::Diagnostic& Call::Report(const Code& code, size_t argument,
                               std::string message) {
  const Span use = uses_[argument];
  diag::Diagnostic& report =
      sink_.Report(code, use,
                   diag::Cat("argument `", ParameterOf(argument).name, "` of `",
                             function_.name, "`: ", message));
  const Span origin = arguments_[argument].span();
  const bool inside = origin.file == use.file && origin.begin >= use.begin &&
                      origin.end <= use.end;
  if (!inside) report.Also(origin, "the value is written here");
  return report;
}

Value Call::Error(size_t argument, std::string message) {
  Report(kBadArgument, argument, std::move(message));
  return Invalid();
}

Value Call::Error(size_t argument, std::string message, std::string help) {
  Report(kBadArgument, argument, std::move(message)).Help(std::move(help));
  return Invalid();
}

bool Call::Check() {
  if (!CheckCount()) return false;
  bool good = true;
  for (size_t i = 0; i < arguments_.size(); ++i) good = CheckType(i) && good;
  return good;
}

bool Call::CheckCount() {
  const size_t most = function_.parameters.size();
  const size_t least = function_.required;
  if (size() >= least && (function_.variadic || size() <= most)) return true;
  const std::string wanted = function_.variadic ? diag::Cat("at least ", least)
                             : least == most    ? diag::Cat(most)
                                             : diag::Cat(least, " to ", most);
  sink_
      .Report(kArgumentCount, span_,
              diag::Cat("`", function_.name, "` takes ", wanted,
                        wanted == "1" || wanted == "at least 1" ? " argument"
                                                                : " arguments",
                        ", here ", size() == 1 ? "is " : "are ", size()))
      .Help(diag::Cat("it is ", function_.signature));
  return false;
}

bool Call::CheckType(size_t argument) {
  const Takes takes = ParameterOf(argument).takes;
  const Value& value = arguments_[argument];
  if (takes == Takes::kAny) return true;
  if (value.is_null()) {
    Report(kNullValue, argument,
           diag::Cat(Wanted(takes), " is wanted, this value is not set"));
    return false;
  }
  if (!Fits(value, takes)) {
    diag::Diagnostic& report =
        Report(kArgumentType, argument,
               diag::Cat(Wanted(takes), " is wanted, this is ",
                         Describe(value.kind())));
    const std::string_view help = ConversionHelp(value, takes);
    if (!help.empty()) report.Help(std::string(help));
    return false;
  }
  if (takes == Takes::kInteger && !value.as_integer().has_value()) {
    Report(kNotWhole, argument,
           diag::Cat("a whole number of 64 bits is wanted, this is ",
                     value.as_number().ToString()));
    return false;
  }
  return CheckElements(argument, ElementsOf(takes));
}

bool Call::CheckElements(size_t argument, Takes takes) {
  if (takes == Takes::kAny) return true;
  const absl::Span<const Value> elements = arguments_[argument].elements();
  for (size_t i = 0; i < elements.size(); ++i) {
    if (Fits(elements[i], takes)) continue;
    diag::Diagnostic& report =
        Report(kArgumentType, argument,
               diag::Cat(Wanted(takes), " is wanted as element ", i,
                         ", this is ", Describe(elements[i].kind())));
    report.Also(elements[i].span(), "this element");
    const std::string_view help = ConversionHelp(elements[i], takes);
    if (!help.empty()) report.Help(std::string(help));
    return false;
  }
  return true;
}

Value Call::Text(std::string value) {
  if (!MayHoldBytes(value.size())) return Invalid();
  return Value::String(Normalized(std::move(value)), span_);
}

Value Call::List(std::vector<Value> elements) {
  if (!MayHoldElements(elements.size())) return Invalid();
  return Value::Tuple(std::move(elements), span_);
}

Value Call::Set(std::vector<Value> elements) {
  if (!MayHoldElements(elements.size())) return Invalid();
  std::vector<Type> types;
  for (const Value& element : elements) types.push_back(TypeOf(element));
  const std::optional<Type> type = Unify(types);
  return Value::Set(std::move(elements), type.value_or(Type::Any()), span_);
}

Value Call::Object(std::vector<Item> items) {
  if (!MayHoldElements(items.size())) return Invalid();
  return Value::Object(std::move(items), span_);
}

Value Call::Strings(const std::vector<std::string>& texts) {
  size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  if (!MayHoldElements(texts.size()) || !MayHoldBytes(bytes)) return Invalid();
  std::vector<Value> out;
  out.reserve(texts.size());
  for (const std::string& text : texts) {
    out.push_back(Value::String(text, span_));
  }
  return Value::List(std::move(out), Type::String(), span_);
}

bool Call::MayHoldBytes(size_t count) {
  return budget_.String(count, span_, sink_);
}

bool Call::MayHoldElements(size_t count) {
  return budget_.Elements(count, span_, sink_);
}

}  // namespace pol::eval
