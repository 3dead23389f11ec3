#include <utility>

#include "compiler/diag/nearest.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/print.h"

namespace pol::eval {
namespace {

// The first few keys, for a message.
std::string KeysText(const Value& object) {
  constexpr size_t kShown = 8;
  std::string out;
  for (size_t i = 0; i < object.items().size(); ++i) {
    if (i == kShown) return out + ", …";
    if (i > 0) out += ", ";
    out += diag::Cat("`", object.items()[i].key.substr(0, 40), "`");
  }
  return out;
}

}  // namespace

Value Evaluator::OfTraversal(const syntax::Traversal& traversal, Span span) {
  Value value = Value::Invalid(span);
  size_t used = 0;
  bool local = false;
  for (size_t i = scope_.size(); i > scope_begin_ && !local; --i) {
    if (scope_[i - 1].name != traversal.root) continue;
    value = scope_[i - 1].value;
    local = true;
  }
  if (!local) {
    value = environment_->Lookup(traversal, span, used, *sink_);
    if (used > traversal.steps.size()) used = traversal.steps.size();
  }
  for (size_t i = used; i < traversal.steps.size(); ++i) {
    const syntax::Traversal::Step& step = traversal.steps[i];
    const auto* name = std::get_if<std::string>(&step.key);
    const Value key =
        name != nullptr
            ? Value::String(*name, step.span)
            : Value::Of(Number(std::get<int64_t>(step.key)), step.span);
    value = Part(value, key, step.attribute);
  }
  return value;
}

Value Evaluator::OfIndex(const syntax::Index& index, Span span) {
  const Value base = Run(index.operands[0]);
  const Value key = Run(index.operands[1]);
  if (base.is_invalid() || key.is_invalid()) return Value::Invalid(span);
  // Where the key is used, not where it was written.
  return Part(base, key.At(index.operands[1].span), index.attribute);
}

Value Evaluator::OfSplat(const syntax::Splat& splat, Span span) {
  const Value base = Run(splat.operands[0]);
  if (base.is_invalid()) return Value::Invalid(span);
  std::vector<Value> from;
  if (base.is_sequence()) {
    from.assign(base.elements().begin(), base.elements().end());
  } else if (!base.is_null()) {
    from.push_back(base);
  }
  if (from.empty()) Search(splat.operands[1]);
  if (!budget_.Elements(from.size(), span, *sink_)) return Value::Invalid(span);
  std::vector<Value> out;
  out.reserve(from.size());
  for (Value& element : from) {
    elements_.push_back(std::move(element));
    Value one = Run(splat.operands[1]);
    elements_.pop_back();
    // What is wrong with one element is often wrong with all.
    if (one.is_invalid()) return Value::Invalid(span);
    out.push_back(std::move(one));
  }
  return Made(Value::Tuple(std::move(out), span));
}

Value Evaluator::Part(const Value& base, const Value& key, bool attribute) {
  if (base.is_invalid() || key.is_invalid()) return Value::Invalid(key.span());
  if (base.is_mapping()) return PartOfObject(base, key);
  if (base.kind() == Kind::kTuple || base.kind() == Kind::kList) {
    return PartOfList(base, key, attribute);
  }
  return NoPart(base, key);
}

Value Evaluator::PartOfObject(const Value& base, const Value& key) {
  std::string text;
  if (key.kind() == Kind::kString) {
    text = key.as_string();
  } else if (const auto converted = TextOf(key); options_.hcl && converted) {
    text = *converted;
  } else {
    diag::Diagnostic& report =
        Report(kKeyType, key.span(),
               diag::Cat("an object is asked by a string, this is ",
                         Describe(key.kind())));
    if (converted) report.Help("tostring(…) makes text of it");
    TellOrigin(report, key.span(), base);
    return Value::Invalid(key.span());
  }
  if (const Item* found = base.Find(text)) return found->value;
  diag::Diagnostic& report =
      Report(kMissingKey, key.span(),
             diag::Cat("there is no key `", text.substr(0, 60), "`"));
  std::vector<std::string_view> known;
  for (const Item& item : base.items()) {
    if (known.size() < 1000) known.push_back(item.key);
  }
  if (const auto nearest = diag::Nearest(text, known)) {
    report.Help(diag::Cat("did you mean `", *nearest, "`?"));
  } else if (known.empty()) {
    report.Note("the object is empty");
  } else {
    report.Note(diag::Cat("it has ", KeysText(base)));
  }
  report.Also(base.span(), "the object is written here");
  return Value::Invalid(key.span());
}

Value Evaluator::PartOfList(const Value& base, const Value& key,
                            bool attribute) {
  std::optional<Number> number;
  if (key.kind() == Kind::kNumber) number = key.as_number();
  if (options_.hcl && key.kind() == Kind::kString) {
    number = Number::Parse(key.as_string());
  }
  if (!number.has_value()) {
    diag::Diagnostic& report =
        Report(attribute ? kNoParts : kKeyType, key.span(),
               attribute ? diag::Cat("a list has no attribute `",
                                     key.as_string().substr(0, 60), "`")
                         : diag::Cat("a list is indexed by a number, this is ",
                                     Describe(key.kind())));
    if (attribute) {
      report.Help(diag::Cat("[*].", key.as_string().substr(0, 60),
                            " asks every element"));
    }
    report.Also(base.span(), "the list is written here");
    return Value::Invalid(key.span());
  }
  const std::optional<int64_t> index = number->integer();
  if (!index.has_value() && !number->is_whole()) {
    Report(
        kNotWhole, key.span(),
        diag::Cat("an index is a whole number, this is ", number->ToString()));
    return Value::Invalid(key.span());
  }
  const absl::Span<const Value> elements = base.elements();
  if (index.has_value() && *index >= 0 &&
      static_cast<uint64_t>(*index) < elements.size()) {
    return elements[static_cast<size_t>(*index)];
  }
  diag::Diagnostic& report = Report(
      kIndexRange, key.span(),
      diag::Cat("index ", number->ToString(), " of a list of ", elements.size(),
                elements.size() == 1 ? " element" : " elements"));
  if (number->is_negative()) {
    report.Help("the last element is x[length(x) - 1]");
  } else if (!elements.empty()) {
    report.Note(
        diag::Cat("the first index is 0, the last ", elements.size() - 1));
  }
  report.Also(base.span(), "the list is written here");
  return Value::Invalid(key.span());
}

Value Evaluator::NoPart(const Value& base, const Value& key) {
  const std::string asked = Excerpt(key);
  if (base.is_null()) {
    diag::Diagnostic& report =
        Report(kNullValue, key.span(),
               diag::Cat("a value that is not set has no ", asked));
    TellOrigin(report, key.span(), base);
    return Value::Invalid(key.span());
  }
  diag::Diagnostic& report =
      base.kind() == Kind::kReference
          ? Report(kNoParts, key.span(),
                   diag::Cat("`", base.as_reference().text, "` has no ", asked))
          : Report(kNoParts, key.span(),
                   diag::Cat(Describe(base.kind()),
                             base.kind() == Kind::kSet
                                 ? " cannot be indexed"
                                 : diag::Cat(" has no parts, and no ", asked)));
  if (base.kind() == Kind::kSet) report.Help("tolist(…) puts it in order");
  TellOrigin(report, key.span(), base);
  return Value::Invalid(key.span());
}

}  // namespace pol::eval
