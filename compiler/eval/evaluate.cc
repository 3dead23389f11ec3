#include "compiler/eval/evaluate.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/print.h"
#include "compiler/support/check.h"

namespace pol::eval {

Value Evaluate(const syntax::Expression& expression, Environment& environment,
               Budget& budget, diag::Sink& sink, Options options) {
  return Evaluate(expression, environment, {}, budget, sink, options);
}

Value Evaluate(const syntax::Expression& expression, Environment& environment,
               absl::Span<const Binding> bindings, Budget& budget,
               diag::Sink& sink, Options options) {
  Evaluator evaluator(environment, budget, sink, options);
  for (const Binding& binding : bindings) {
    evaluator.Bind(binding.name, binding.value);
  }
  return evaluator.Run(expression);
}

Value NoNames::Lookup(const syntax::Traversal& traversal, Span span,
                      size_t& used, diag::Sink& sink) {
  used = traversal.steps.size();
  sink.Report(kNotConstant, traversal.root_span,
              diag::Cat("`", traversal.root,
                        "` is a name, and only constants may stand here"))
      .Help("text needs quotes");
  return Value::Invalid(span);
}

const UserFunction* NoNames::FindFunction(std::string_view) { return nullptr; }

Value Evaluator::Run(const Expression& expression) {
  const bool enter = budget_.Enter(expression.span, *sink_);
  Value out = enter ? Dispatch(expression) : Value::Invalid(expression.span);
  budget_.Leave();
  return out;
}

Value Evaluator::Dispatch(const Expression& expression) {
  const Span span = expression.span;
  const auto& held = expression.value;
  if (std::holds_alternative<syntax::Null>(held)) return Value::Null(span);
  if (const auto* value = std::get_if<bool>(&held)) {
    return Value::Bool(*value, span);
  }
  if (const auto* value = std::get_if<int64_t>(&held)) {
    return Value::Of(Number(*value), span);
  }
  if (const auto* value = std::get_if<syntax::Decimal>(&held)) {
    return OfDecimal(*value, span);
  }
  if (const auto* value = std::get_if<std::string>(&held)) {
    return OfString(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Traversal>(&held)) {
    return OfTraversal(*value, span);
  }
  if (const auto* value = std::get_if<syntax::List>(&held)) {
    return OfList(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Object>(&held)) {
    return OfObject(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Template>(&held)) {
    return OfTemplate(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Operation>(&held)) {
    return OfOperation(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Call>(&held)) {
    return OfCall(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Index>(&held)) {
    return OfIndex(*value, span);
  }
  if (const auto* value = std::get_if<syntax::Splat>(&held)) {
    return OfSplat(*value, span);
  }
  if (std::holds_alternative<syntax::Element>(held)) {
    return elements_.empty() ? Value::Invalid(span) : elements_.back();
  }
  if (const auto* value = std::get_if<syntax::For>(&held)) {
    return OfFor(*value, span);
  }
  return Value::Invalid(span);
}

Value Evaluator::OfDecimal(const syntax::Decimal& decimal, Span span) {
  const std::optional<Number> number = Number::Parse(decimal.text);
  if (number.has_value()) return Value::Of(*number, span);
  Report(kNumberOverflow, span, "a number that is too large or too small")
      .Note(diag::Cat("numbers end at 10 to the power of ",
                      Number::kDecimalExponentLimit));
  return Value::Invalid(span);
}

Value Evaluator::OfString(const std::string& text, Span span) {
  if (!budget_.String(text.size(), span, *sink_)) return Value::Invalid(span);
  return Value::String(text, span);
}

Value Evaluator::OfList(const syntax::List& list, Span span) {
  if (!budget_.Elements(list.elements.size(), span, *sink_)) {
    return Value::Invalid(span);
  }
  std::vector<Value> out;
  out.reserve(list.elements.size());
  for (const Expression& element : list.elements) out.push_back(Run(element));
  return Made(Value::Tuple(std::move(out), span));
}

bool Evaluator::KeyText(const Expression& expression, std::string& text) {
  if (const auto* bare = std::get_if<std::string>(&expression.value)) {
    text = *bare;
    return budget_.String(text.size(), expression.span, *sink_);
  }
  const Value key = Run(expression);
  if (key.is_invalid()) return false;
  if (key.kind() == Kind::kString) {
    text = key.as_string();
    return true;
  }
  const std::optional<std::string> converted = TextOf(key);
  if (options_.hcl && converted.has_value()) {
    text = *converted;
    return true;
  }
  diag::Diagnostic& report =
      Report(kKeyType, expression.span,
             diag::Cat("a key is a string, this is ", Describe(key.kind())));
  if (converted.has_value()) report.Help("tostring(…) makes text of it");
  TellOrigin(report, expression.span, key);
  return false;
}

Value Evaluator::OfObject(const syntax::Object& object, Span span) {
  if (!budget_.Elements(object.items.size(), span, *sink_)) {
    return Value::Invalid(span);
  }
  std::vector<Item> items;
  items.reserve(object.items.size());
  absl::flat_hash_map<std::string, Span> seen;
  bool good = true;
  for (const syntax::ObjectItem& source : object.items) {
    Item item{{}, source.key.span, {}};
    const bool has_key = KeyText(source.key, item.key);
    item.value = Run(source.value);
    if (!has_key) {
      good = false;
      continue;
    }
    const auto [first, fresh] = seen.try_emplace(item.key, source.key.span);
    if (!fresh && !options_.hcl) {
      Report(kDuplicateKey, source.key.span,
             diag::Cat("key `", item.key, "` comes twice"))
          .Also(first->second, "first here");
      good = false;
      continue;
    }
    items.push_back(std::move(item));
  }
  if (!good) return Value::Invalid(span);
  return Made(Value::Object(std::move(items), span));
}

Value Evaluator::OfTemplate(const syntax::Template& text, Span span) {
  if (text.parts.size() == 1 &&
      !std::holds_alternative<std::string>(text.parts[0].value)) {
    return Run(text.parts[0]);
  }
  std::string out;
  bool good = true;
  for (const Expression& part : text.parts) {
    if (const auto* literal = std::get_if<std::string>(&part.value)) {
      out += *literal;
    } else {
      const Value value = Run(part);
      const std::optional<std::string> piece = TextOf(value);
      good = good && piece.has_value();
      if (piece.has_value()) {
        out += *piece;
      } else if (!value.is_invalid()) {
        diag::Diagnostic& report =
            Report(kNotText, part.span,
                   value.is_null()
                       ? "a value that is not set has no text"
                       : diag::Cat(Describe(value.kind()), " has no text"));
        if (value.is_sequence()) {
          report.Help(
              "join(\", \", …) makes text of a list, jsonencode(…) of "
              "anything");
        } else if (value.is_mapping()) {
          report.Help("jsonencode(…) makes text of it");
        }
        TellOrigin(report, part.span, value);
      }
    }
    if (!good) out.clear();
    if (out.size() > budget_.limits().string) break;
  }
  if (!good || !budget_.String(out.size(), span, *sink_)) {
    return Value::Invalid(span);
  }
  return Value::String(Normalized(std::move(out)), span);
}

diag::Diagnostic& Evaluator::Report(const Code& code, Span span,
                                    std::string message) {
  diag::Diagnostic& report = sink_->Report(code, span, std::move(message));
  constexpr size_t kShown = 3;
  for (size_t i = calls_.size(); i > 0 && calls_.size() - i < kShown; --i) {
    report.Also(calls_[i - 1].span,
                diag::Cat("in this call of `", calls_[i - 1].name, "`"));
  }
  return report;
}

void Evaluator::TellOrigin(diag::Diagnostic& report, Span use,
                           const Value& value) {
  const Span origin = value.span();
  const bool inside = origin.file == use.file && origin.begin >= use.begin &&
                      origin.end <= use.end;
  if (!inside && origin.begin != origin.end) {
    report.Also(origin, "the value is written here");
  }
}

Value Evaluator::Made(Value value) {
  if (budget_.Allows(value, *sink_)) return value;
  return Value::Invalid(value.span());
}

}  // namespace pol::eval
