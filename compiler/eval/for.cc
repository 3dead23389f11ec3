#include <map>
#include <utility>

#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluator.h"

namespace pol::eval {

// One `for`: goes through the collection and gathers the results.
class Evaluator::Loop {
 public:
  Loop(Evaluator& evaluator, const syntax::For& loop, Span span)
      : evaluator_(evaluator), loop_(loop), span_(span) {}

  // False when an element did not work out; the first that does not is enough.
  bool One(Value key, Value value) {
    const size_t bound = evaluator_.scope_.size();
    if (!loop_.key_name.empty()) evaluator_.Bind(loop_.key_name, key);
    evaluator_.Bind(loop_.value_name, value);
    const bool good = Body(value);
    evaluator_.scope_.resize(bound);
    return good;
  }

  Value Take() {
    if (!loop_.object) return Value::Tuple(std::move(elements_), span_);
    std::vector<Item> items;
    items.reserve(items_.size());
    for (auto& [key, gathered] : items_) {
      items.push_back({key, loop_.key().span,
                       loop_.group
                           ? Value::Tuple(std::move(gathered.values), span_)
                           : std::move(gathered.values.front())});
    }
    return Value::Object(std::move(items), span_);
  }

 private:
  struct Gathered {
    Span element;  // the first that came with this key
    std::vector<Value> values;
  };

  bool Body(const Value& element) {
    if (loop_.has_condition) {
      const Value condition =
          evaluator_.BoolOperand(*loop_.condition(), "`if`");
      if (condition.is_invalid()) return false;
      if (!condition.as_bool()) return true;
    }
    std::string key;
    if (loop_.object && !evaluator_.KeyText(loop_.key(), key)) return false;
    Value result = evaluator_.Run(loop_.result());
    if (result.is_invalid()) return false;
    if (!evaluator_.budget_.OneMore(count_++, span_, *evaluator_.sink_)) {
      return false;
    }
    if (!loop_.object) {
      elements_.push_back(std::move(result));
      return true;
    }
    return Add(std::move(key), std::move(result), element);
  }

  bool Add(std::string key, Value result, const Value& element) {
    const auto [place, fresh] = items_.try_emplace(std::move(key));
    if (fresh) {
      place->second.element = element.span();
    } else if (!loop_.group) {
      evaluator_
          .Report(
              kDuplicateKey, loop_.key().span,
              diag::Cat("key `", place->first.substr(0, 60), "` comes twice"))
          .Also(place->second.element, "first for this element")
          .Also(element.span(), "then for this one")
          .Help(
              "`...` after the result groups the values of one key in a "
              "list");
      return false;
    }
    place->second.values.push_back(std::move(result));
    return true;
  }

  Evaluator& evaluator_;
  const syntax::For& loop_;
  Span span_;
  size_t count_ = 0;
  std::vector<Value> elements_;
  std::map<std::string, Gathered> items_;
};

Value Evaluator::OfFor(const syntax::For& loop, Span span) {
  const Value collection = Run(loop.collection());
  const auto search = [&] {
    Bind(loop.key_name, {});
    Bind(loop.value_name, {});
    for (size_t i = 1; i < loop.parts.size(); ++i) Search(loop.parts[i]);
    scope_.resize(scope_.size() - 2);
  };
  if (!collection.is_sequence() && !collection.is_mapping()) {
    search();
    if (collection.is_invalid()) return Value::Invalid(span);
    diag::Diagnostic& report =
        Report(collection.is_null() ? kNullValue : kNotCollection,
               loop.collection().span,
               diag::Cat("`for` goes through lists, sets and objects, this ",
                         collection.is_null()
                             ? "value is not set"
                             : diag::Cat("is ", Describe(collection.kind()))));
    TellOrigin(report, loop.collection().span, collection);
    return Value::Invalid(span);
  }
  Loop out(*this, loop, span);
  bool good = true;
  if (collection.is_mapping()) {
    if (collection.items().empty()) search();
    for (const Item& item : collection.items()) {
      good =
          good && out.One(Value::String(item.key, item.key_span), item.value);
    }
  } else {
    if (collection.elements().empty()) search();
    int64_t index = 0;
    for (const Value& element : collection.elements()) {
      good = good && out.One(collection.kind() == Kind::kSet
                                 ? element
                                 : Value::Of(Number(index), element.span()),
                             element);
      ++index;
    }
  }
  return good ? Made(out.Take()) : Value::Invalid(span);
}

}  // namespace pol::eval
