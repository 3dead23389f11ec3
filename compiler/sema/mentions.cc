#include "compiler/sema/mentions.h"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace pol::sema {
namespace {

using syntax::Expression;

class Walk {
 public:
  Walk(absl::Span<const std::string_view> bound,
       const std::function<void(const Mention&)>& visit)
      : bound_(bound.begin(), bound.end()), visit_(visit) {}

  void All(const std::vector<Expression>& expressions) {
    for (const Expression& expression : expressions) One(expression);
  }

  void One(const Expression& expression) {
    std::visit([this](const auto& value) { Look(value); }, expression.value);
  }

 private:
  // What holds no name.
  template <typename T>
  void Look(const T&) {}

  void Look(const syntax::Traversal& traversal) {
    if (std::find(bound_.begin(), bound_.end(), traversal.root) ==
        bound_.end()) {
      visit_({&traversal, nullptr});
    }
  }
  void Look(const syntax::List& list) { All(list.elements); }
  void Look(const syntax::Object& object) {
    for (const syntax::ObjectItem& item : object.items) {
      One(item.key);
      One(item.value);
    }
  }
  void Look(const syntax::Template& text) { All(text.parts); }
  void Look(const syntax::Operation& operation) { All(operation.operands); }
  void Look(const syntax::Index& index) { All(index.operands); }
  void Look(const syntax::Splat& splat) { All(splat.operands); }
  void Look(const syntax::Call& call) {
    visit_({nullptr, &call});
    All(call.arguments);
  }
  void Look(const syntax::For& loop) {
    One(loop.collection());
    const size_t outside = bound_.size();
    if (!loop.key_name.empty()) bound_.push_back(loop.key_name);
    bound_.push_back(loop.value_name);
    for (size_t i = 1; i < loop.parts.size(); ++i) One(loop.parts[i]);
    bound_.resize(outside);
  }

  std::vector<std::string_view> bound_;
  const std::function<void(const Mention&)>& visit_;
};

}  // namespace

void ForEachMention(const Expression& expression,
                    absl::Span<const std::string_view> bound,
                    const std::function<void(const Mention&)>& visit) {
  Walk(bound, visit).One(expression);
}

}  // namespace pol::sema
