#include <algorithm>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluate.h"
#include "compiler/eval/type.h"

namespace pol::eval {
namespace {

constexpr std::string_view kWords[] = {
    "any", "bool", "list", "map", "number", "object", "set", "string", "tuple"};
constexpr std::string_view kForms =
    "a type is any, bool, number, string, list(T), set(T), map(T), "
    "object({name = T}) or tuple([T])";

class TypeReader {
 public:
  explicit TypeReader(diag::Sink& sink) : sink_(sink) {}

  std::optional<Type> Read(const syntax::Expression& expression) {
    if (const auto* name = std::get_if<syntax::Traversal>(&expression.value);
        name != nullptr && name->steps.empty()) {
      return Word(name->root, name->root_span);
    }
    if (const auto* call = std::get_if<syntax::Call>(&expression.value)) {
      return Constructor(*call, expression.span);
    }
    if (std::holds_alternative<syntax::Invalid>(expression.value)) {
      return std::nullopt;
    }
    diag::Diagnostic& report =
        sink_.Report(kBadType, expression.span, "a type is expected here");
    if (const auto* text = std::get_if<std::string>(&expression.value)) {
      report.Help(diag::Cat("types are written without quotes: ", *text));
    } else {
      report.Help(std::string(kForms));
    }
    return std::nullopt;
  }

 private:
  std::optional<Type> Unknown(std::string_view word, Span span) {
    diag::Diagnostic& report = sink_.Report(
        kBadType, span, diag::Cat("there is no type `", word, "`"));
    if (const auto nearest = diag::Nearest(word, kWords)) {
      report.Suggest(diag::Cat("write `", *nearest, "`"),
                     {{span, std::string(*nearest)}},
                     diag::Certainty::kPossible);
    } else {
      report.Help(std::string(kForms));
    }
    return std::nullopt;
  }

  std::optional<Type> Word(std::string_view word, Span span) {
    if (word == "any") return Type::Any();
    if (word == "bool") return Type::Bool();
    if (word == "number") return Type::OfNumber();
    if (word == "string") return Type::String();
    if (std::find(std::begin(kWords), std::end(kWords), word) ==
        std::end(kWords)) {
      return Unknown(word, span);
    }
    sink_.Report(kBadType, span, diag::Cat("`", word, "` of what?"))
        .Help(word == "object"  ? "write object({name = string})"
              : word == "tuple" ? "write tuple([string, number])"
                                : diag::Cat("write ", word,
                                            "(string); any type may stand in "
                                            "the parentheses"));
    return std::nullopt;
  }

  std::optional<Type> Constructor(const syntax::Call& call, Span span) {
    if (call.name == "optional") {
      sink_
          .Report(kBadType, call.name_span,
                  "`optional` is for attributes of an object type")
          .Help("write object({name = optional(string)})");
      return std::nullopt;
    }
    if (std::find(std::begin(kWords), std::end(kWords), call.name) ==
        std::end(kWords)) {
      return Unknown(call.name, call.name_span);
    }
    if (call.arguments.size() != 1 || call.expand) {
      sink_
          .Report(kBadType, span,
                  diag::Cat("`", call.name, "` takes one argument"))
          .Help(std::string(kForms));
      return std::nullopt;
    }
    if (call.name == "object") return Object(call.arguments[0]);
    if (call.name == "tuple") return Tuple(call.arguments[0]);
    std::optional<Type> element = Read(call.arguments[0]);
    if (!element.has_value()) return std::nullopt;
    if (call.name == "list") return Type::List(*std::move(element));
    if (call.name == "set") return Type::Set(*std::move(element));
    if (call.name == "map") return Type::Map(*std::move(element));
    sink_.Report(kBadType, span,
                 diag::Cat("`", call.name, "` takes no argument"));
    return std::nullopt;
  }

  std::optional<Type> Tuple(const syntax::Expression& argument) {
    const auto* list = std::get_if<syntax::List>(&argument.value);
    if (list == nullptr) {
      sink_.Report(kBadType, argument.span, "`tuple` takes a list of types")
          .Help("write tuple([string, number])");
      return std::nullopt;
    }
    std::vector<Type> types;
    for (const syntax::Expression& element : list->elements) {
      if (std::optional<Type> type = Read(element)) {
        types.push_back(*std::move(type));
      }
    }
    if (types.size() != list->elements.size()) return std::nullopt;
    return Type::Tuple(std::move(types));
  }

  std::optional<Type> Object(const syntax::Expression& argument) {
    const auto* object = std::get_if<syntax::Object>(&argument.value);
    if (object == nullptr) {
      sink_.Report(kBadType, argument.span, "`object` takes names with types")
          .Help("write object({name = string, port = number})");
      return std::nullopt;
    }
    std::vector<Type::Attribute> attributes;
    bool good = true;
    for (const syntax::ObjectItem& item : object->items) {
      std::optional<Type::Attribute> attribute = Attribute(item);
      if (!attribute.has_value()) {
        good = false;
        continue;
      }
      for (const Type::Attribute& other : attributes) {
        if (other.name != attribute->name) continue;
        sink_.Report(kBadType, item.key.span,
                     diag::Cat("attribute `", other.name, "` comes twice"));
        good = false;
      }
      attributes.push_back(*std::move(attribute));
    }
    if (!good) return std::nullopt;
    return Type::Object(std::move(attributes));
  }

  std::optional<Type::Attribute> Attribute(const syntax::ObjectItem& item) {
    const auto* name = std::get_if<std::string>(&item.key.value);
    if (name == nullptr) {
      sink_.Report(kBadType, item.key.span,
                   "the name of an attribute cannot be computed");
      return std::nullopt;
    }
    const auto* call = std::get_if<syntax::Call>(&item.value.value);
    if (call == nullptr || call->name != "optional") {
      std::optional<Type> type = Read(item.value);
      if (!type.has_value()) return std::nullopt;
      return Type::Attribute{*name, *std::move(type)};
    }
    if (call->arguments.empty() || call->arguments.size() > 2 || call->expand) {
      sink_
          .Report(kBadType, item.value.span,
                  "`optional` takes a type and perhaps a default")
          .Help("write optional(number, 5432)");
      return std::nullopt;
    }
    std::optional<Type> type = Read(call->arguments[0]);
    if (!type.has_value()) return std::nullopt;
    Type::Attribute out{*name, *std::move(type), true};
    if (call->arguments.size() == 2) {
      NoNames names;
      Budget budget;
      const Value constant = Evaluate(call->arguments[1], names, budget, sink_);
      const Value fallback = Convert(
          constant, out.type, diag::Cat("the default of `", *name, "`"), sink_);
      if (fallback.is_tainted()) return std::nullopt;
      if (!fallback.is_null()) out.fallback = fallback;
    }
    return out;
  }

  diag::Sink& sink_;
};

}  // namespace

std::optional<Type> ParseType(const syntax::Expression& expression,
                              diag::Sink& sink) {
  return TypeReader(sink).Read(expression);
}

}  // namespace pol::eval
