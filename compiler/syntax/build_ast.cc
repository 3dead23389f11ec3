#include "compiler/syntax/build_ast.h"

#include <optional>
#include <string>
#include <utility>

#include "compiler/syntax/build_expression.h"
#include "compiler/syntax/tree_builder.h"

namespace pol::syntax {
namespace {

class Builder : private TreeBuilder {
 public:
  Builder(const Reading& reading, const Tree& tree)
      : TreeBuilder(reading, tree), expressions_(reading, tree) {}

  void FillBody(uint32_t body, Body& out) {
    size_t blocks = 0;
    size_t items = 0;
    for (uint32_t item : Children(tree_, body)) {
      ++items;
      blocks += BlockOf(item) != kNone;
    }
    out.blocks.reserve(blocks);
    out.attributes.reserve(items - blocks);
    for (uint32_t item : Children(tree_, body)) FillItem(item, out);
  }

 private:
  static constexpr uint32_t kNone = 0;  // the root is nobody's child

  // What an item holds if it is a block.
  uint32_t BlockOf(uint32_t item) const {
    const uint32_t child = item + 1;
    const bool block = child != At(item).end && At(child).rule == Rule::kBlock;
    return block ? child : kNone;
  }

  // An item of a body or the one attribute of a block on one line.
  void FillItem(uint32_t item, Body& out) {
    const uint32_t block = BlockOf(item);
    const bool broken = tree_.broken[At(item).first];
    // Labels alone do not make a block: most often a "=" is missing.
    if (block != kNone && (!broken || HasBrace(block))) {
      return FillBlock(First(item), block, broken, out);
    }
    const Token& name = First(item);
    Attribute& attribute = out.attributes.emplace_back();
    attribute.name = TextOf(name);
    attribute.name_span = SpanOf(name);
    attribute.value.span = attribute.name_span;
    const Token& equal = tree_.tokens[At(item).first + 1];
    if (!broken) {
      attribute.value = expressions_.Build(item + 1);
    } else if (equal.kind == TokenKind::kEqual) {
      attribute.value.span = SpanOf(equal);
    }
    attribute.span = support::Join(attribute.name_span, attribute.value.span);
  }

  bool HasBrace(uint32_t node) const {
    for (uint32_t i = At(node).first; i <= At(node).last; ++i) {
      if (tree_.tokens[i].kind == TokenKind::kLeftBrace) return true;
    }
    return false;
  }

  void FillBlock(const Token& type, uint32_t node, bool broken, Body& out) {
    Block& block = out.blocks.emplace_back();
    block.broken = broken;
    block.type = TextOf(type);
    block.type_span = SpanOf(type);
    block.header_span = block.type_span;
    for (uint32_t child : Children(tree_, node)) {
      if (At(child).rule == Rule::kLabel) {
        AddLabel(First(child), block);
      } else if (At(child).rule == Rule::kBody) {
        FillBody(child, block.body);
      } else {
        FillItem(child, block.body);
      }
    }
    block.span = block.header_span;
    if (At(node).last >= At(node).first) {
      block.span = support::Join(block.span, SpanOf(node));
    }
  }

  void AddLabel(const Token& token, Block& block) {
    Label& label = block.labels.emplace_back();
    label.span = SpanOf(token);
    if (token.kind == TokenKind::kString) {
      std::optional<std::string> text = DecodeString(reading_, token);
      label.broken = !text.has_value();
      label.text = std::move(text).value_or("");
    } else {
      label.text = TextOf(token);
    }
    block.header_span = support::Join(block.header_span, SpanOf(token));
  }

  ExpressionBuilder expressions_;
};

}  // namespace

Body BuildBody(const Reading& reading, const Tree& tree) {
  Body body;
  Builder builder(reading, tree);
  for (uint32_t child : Children(tree, 0)) builder.FillBody(child, body);
  return body;
}

}  // namespace pol::syntax
