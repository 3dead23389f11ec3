#include "compiler/eval/evaluator.h"

namespace pol::eval {

void Evaluator::Search(const Expression& expression) {
  // In a loop the same branch is passed over again and again.
  if (!searched_.insert(&expression).second) return;
  if (budget_.Enter(expression.span, *sink_)) SearchParts(expression);
  budget_.Leave();
}

void Evaluator::SearchAll(const std::vector<Expression>& expressions) {
  for (const Expression& expression : expressions) Search(expression);
}

void Evaluator::SearchParts(const Expression& expression) {
  const auto& held = expression.value;
  if (const auto* traversal = std::get_if<syntax::Traversal>(&held)) {
    for (size_t i = scope_begin_; i < scope_.size(); ++i) {
      if (scope_[i].name == traversal->root) return;
    }
    size_t used = 0;
    environment_->Lookup(*traversal, expression.span, used, *sink_);
  } else if (const auto* list = std::get_if<syntax::List>(&held)) {
    SearchAll(list->elements);
  } else if (const auto* object = std::get_if<syntax::Object>(&held)) {
    for (const syntax::ObjectItem& item : object->items) {
      Search(item.key);
      Search(item.value);
    }
  } else if (const auto* text = std::get_if<syntax::Template>(&held)) {
    SearchAll(text->parts);
  } else if (const auto* operation = std::get_if<syntax::Operation>(&held)) {
    SearchAll(operation->operands);
  } else if (const auto* call = std::get_if<syntax::Call>(&held)) {
    if (environment_->FindFunction(call->name) == nullptr &&
        FindFunction(call->name) == nullptr) {
      UnknownFunction(*call);
    }
    SearchAll(call->arguments);
  } else if (const auto* index = std::get_if<syntax::Index>(&held)) {
    SearchAll(index->operands);
  } else if (const auto* splat = std::get_if<syntax::Splat>(&held)) {
    SearchAll(splat->operands);
  } else if (const auto* loop = std::get_if<syntax::For>(&held)) {
    Search(loop->collection());
    Bind(loop->key_name, {});
    Bind(loop->value_name, {});
    for (size_t i = 1; i < loop->parts.size(); ++i) Search(loop->parts[i]);
    scope_.resize(scope_.size() - 2);
  }
}

}  // namespace pol::eval
