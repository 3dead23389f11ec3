#include "compiler/hcldec/references.h"

#include <algorithm>
#include <string_view>

namespace pol::hcldec {
namespace {

using syntax::Expression;

class Collector {
 public:
  void Visit(const Expression& expression) {
    const auto& held = expression.value;
    if (const auto* traversal = std::get_if<syntax::Traversal>(&held)) {
      if (std::find(bound_.begin(), bound_.end(), traversal->root) ==
          bound_.end()) {
        found.push_back({traversal, expression.span, {}});
      }
    } else if (const auto* list = std::get_if<syntax::List>(&held)) {
      VisitAll(list->elements);
    } else if (const auto* object = std::get_if<syntax::Object>(&held)) {
      for (const syntax::ObjectItem& item : object->items) {
        Visit(item.key);
        Visit(item.value);
      }
    } else if (const auto* text = std::get_if<syntax::Template>(&held)) {
      VisitAll(text->parts);
    } else if (const auto* operation = std::get_if<syntax::Operation>(&held)) {
      VisitAll(operation->operands);
    } else if (const auto* call = std::get_if<syntax::Call>(&held)) {
      VisitAll(call->arguments);
    } else if (const auto* index = std::get_if<syntax::Index>(&held)) {
      VisitAll(index->operands);
    } else if (const auto* splat = std::get_if<syntax::Splat>(&held)) {
      VisitAll(splat->operands);
    } else if (const auto* loop = std::get_if<syntax::For>(&held)) {
      Visit(loop->collection());
      bound_.push_back(loop->key_name);
      bound_.push_back(loop->value_name);
      for (size_t i = 1; i < loop->parts.size(); ++i) Visit(loop->parts[i]);
      bound_.resize(bound_.size() - 2);
    }
  }

  std::vector<ReferenceUse> found;

 private:
  void VisitAll(const std::vector<Expression>& expressions) {
    for (const Expression& expression : expressions) Visit(expression);
  }

  std::vector<std::string_view> bound_;
};

}  // namespace

std::vector<ReferenceUse> References(const Expression& expression) {
  Collector collector;
  collector.Visit(expression);
  return std::move(collector.found);
}

}  // namespace pol::hcldec
