#include "compiler/syntax/move.h"

#include <variant>

namespace pol::syntax {
namespace {

class Mover {
 public:
  explicit Mover(const Move& move) : move_(move) {}

  void Place(Span& span) const {
    span.file = move_.file;
    span.begin = static_cast<uint32_t>(span.begin + move_.delta);
    span.end = static_cast<uint32_t>(span.end + move_.delta);
  }

  void Text(std::string_view& text) const {
    if (text.empty()) return;
    const auto offset = text.data() - move_.from.data() + move_.delta;
    text = move_.to.substr(static_cast<size_t>(offset), text.size());
  }

  void Walk(Block& block) const {
    Text(block.type);
    Place(block.type_span);
    for (Label& label : block.labels) Place(label.span);
    Place(block.span);
    Place(block.header_span);
    for (Attribute& attribute : block.body.attributes) Walk(attribute);
    for (Block& inner : block.body.blocks) Walk(inner);
  }

  void Walk(Attribute& attribute) const {
    Text(attribute.name);
    Place(attribute.name_span);
    Place(attribute.span);
    Walk(attribute.value);
  }

  void Walk(Expression& expression) const {
    Place(expression.span);
    std::visit([this](auto& value) { Parts(value); }, expression.value);
  }

 private:
  void Walk(std::vector<Expression>& expressions) const {
    for (Expression& expression : expressions) Walk(expression);
  }

  void Parts(Invalid&) const {}
  void Parts(Null&) const {}
  void Parts(bool&) const {}
  void Parts(int64_t&) const {}
  void Parts(std::string&) const {}
  void Parts(Element&) const {}
  void Parts(Decimal& value) const { Text(value.text); }
  void Parts(Traversal& value) const {
    Text(value.root);
    Place(value.root_span);
    for (Traversal::Step& step : value.steps) Place(step.span);
  }
  void Parts(List& value) const { Walk(value.elements); }
  void Parts(Object& value) const {
    for (ObjectItem& item : value.items) {
      Walk(item.key);
      Walk(item.value);
    }
  }
  void Parts(Template& value) const { Walk(value.parts); }
  void Parts(Operation& value) const {
    Place(value.op_span);
    Walk(value.operands);
  }
  void Parts(Call& value) const {
    Text(value.name);
    Place(value.name_span);
    Walk(value.arguments);
  }
  void Parts(Index& value) const { Walk(value.operands); }
  void Parts(Splat& value) const { Walk(value.operands); }
  void Parts(For& value) const {
    Text(value.key_name);
    Text(value.value_name);
    Place(value.key_span);
    Place(value.value_span);
    Walk(value.parts);
  }

  const Move& move_;
};

}  // namespace

void Apply(const Move& move, Block& block) { Mover(move).Walk(block); }

void Apply(const Move& move, Attribute& attribute) {
  Mover(move).Walk(attribute);
}

void Apply(const Move& move, diag::Diagnostic& diagnostic) {
  const Mover mover(move);
  mover.Place(diagnostic.span);
  for (diag::Label& label : diagnostic.labels) mover.Place(label.span);
  for (diag::Fix& fix : diagnostic.fixes) {
    for (diag::Edit& edit : fix.edits) mover.Place(edit.span);
  }
}

}  // namespace pol::syntax
