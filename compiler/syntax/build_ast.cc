#include "compiler/syntax/build_ast.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "compiler/diag/cat.h"
#include "compiler/support/view.h"
#include "compiler/syntax/decode.h"
#include "compiler/syntax/diagnostics.h"

namespace pol::syntax {
namespace {

using support::FileId;
using support::Span;

class Builder {
 public:
  Builder(FileId file, std::string_view text, const Tree& tree,
          diag::Sink& sink)
      : file_(file), text_(text), tree_(tree), sink_(sink) {}

  void FillBody(uint32_t body, Body& out) {
    for (uint32_t item : Children(tree_, body)) FillItem(item, out);
  }

 private:
  static constexpr uint32_t kNone = 0;  // the root is nobody's child

  const Node& At(uint32_t node) const { return tree_.nodes[node]; }
  const Token& First(uint32_t node) const {
    return tree_.tokens[At(node).first];
  }
  const Token& Last(uint32_t node) const { return tree_.tokens[At(node).last]; }
  bool IsOneToken(uint32_t node) const {
    return At(node).first == At(node).last;
  }
  Span SpanOf(const Token& token) const {
    return {file_, token.begin, token.end};
  }
  Span SpanOf(uint32_t node) const {
    return {file_, First(node).begin, Last(node).end};
  }
  std::string_view TextOf(const Token& token) const {
    return text_.substr(token.begin, token.end - token.begin);
  }

  uint32_t Child(uint32_t node, Rule rule) const {
    for (uint32_t child : Children(tree_, node)) {
      if (At(child).rule == rule) return child;
    }
    return kNone;
  }

  // An item of a body or the one attribute of a block on one line.
  void FillItem(uint32_t item, Body& out) {
    const uint32_t block = Child(item, Rule::kBlock);
    const bool broken = tree_.broken[At(item).first];
    // Labels alone do not make a block: most often a "=" is missing.
    if (block != kNone && (!broken || HasBrace(block))) {
      return FillBlock(First(item), block, broken, out);
    }
    const Token& name = First(item);
    Attribute attribute;
    attribute.name = TextOf(name);
    attribute.name_span = SpanOf(name);
    attribute.value.span = attribute.name_span;
    const uint32_t assignment = Child(item, Rule::kAssignment);
    if (!broken) {
      attribute.value = Build(Child(assignment, Rule::kExpression));
    } else if (assignment != kNone &&
               First(assignment).kind == TokenKind::kEqual) {
      attribute.value.span = SpanOf(First(assignment));
    }
    attribute.span = support::Join(attribute.name_span, attribute.value.span);
    out.attributes.push_back(std::move(attribute));
  }

  bool HasBrace(uint32_t node) const {
    for (uint32_t i = At(node).first; i <= At(node).last; ++i) {
      if (tree_.tokens[i].kind == TokenKind::kLeftBrace) return true;
    }
    return false;
  }

  void FillBlock(const Token& type, uint32_t node, bool broken, Body& out) {
    Block block;
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
    out.blocks.push_back(std::move(block));
  }

  void AddLabel(const Token& token, Block& block) {
    std::optional<std::string> text(TextOf(token));
    if (token.kind == TokenKind::kString) {
      text = DecodeString(file_, text_, token, sink_);
    }
    block.labels.push_back(
        {text.value_or(""), SpanOf(token), !text.has_value()});
    block.header_span = support::Join(block.header_span, SpanOf(token));
  }

  // What edition 1 does not evaluate is understood, named once and left out.
  Expression Refuse(const Code& code, Span span, std::string_view what) {
    sink_.Report(code, span, diag::Cat(what, " are not part of edition 1"))
        .Mark("not evaluated");
    return {span, Invalid{}};
  }

  Expression Build(uint32_t node) {
    const Span span = SpanOf(node);
    if (Child(node, Rule::kConditional) != kNone) {
      return Refuse(kConditional, span, "conditionals");
    }
    const uint32_t term = Child(node, Rule::kTerm);
    if (At(node).first == At(term).first && At(term).last == At(node).last) {
      return BuildTerm(term);
    }
    // A sign before a number is part of it.
    const Token& number = First(term);
    const bool negative = First(node).kind == TokenKind::kMinus &&
                          At(node).first + 1 == At(term).first &&
                          At(node).last == At(term).first;
    if (negative && number.kind == TokenKind::kInteger) {
      return BuildInteger(number, span, true);
    }
    if (negative && number.kind == TokenKind::kDecimal && !number.bad) {
      return {span, Decimal{text_.substr(span.begin, span.end - span.begin)}};
    }
    return Refuse(kOperator, span, "operators");
  }

  Expression BuildTerm(uint32_t node) {
    const Span span = SpanOf(node);
    const Token& first = First(node);
    const uint32_t core = node + 1;
    if (At(core).rule == Rule::kName) {
      if (Child(core, Rule::kCall) != kNone) {
        return Refuse(kCall, span, "function calls");
      }
      return BuildName(node, span);
    }
    if (At(core).end != At(node).end) {
      return Refuse(kComputedIndex, span, "indexes into computed values");
    }
    switch (first.kind) {
      case TokenKind::kInteger:
        return BuildInteger(first, span, false);
      case TokenKind::kDecimal:
        if (first.bad) return {span, Invalid{}};
        return {span, Decimal{TextOf(first)}};
      case TokenKind::kLeftBracket:
        return BuildList(core, span);
      case TokenKind::kLeftBrace:
        return BuildObject(core, span);
      case TokenKind::kLeftParenthesis:
        return Build(Child(core, Rule::kExpression));
      default:
        break;
    }
    std::optional<std::string> value = DecodeString(file_, text_, first, sink_);
    if (!value.has_value()) return {span, Invalid{}};
    return {span, *std::move(value)};
  }

  Expression BuildInteger(const Token& token, Span span, bool negative) {
    if (token.bad) return {span, Invalid{}};
    int64_t value = 0;
    const std::string text = diag::Cat(negative ? "-" : "", TextOf(token));
    if (!absl::SimpleAtoi(text, &value)) {
      sink_.Report(kNumberRange, span,
                   diag::Cat("`", text, "` does not fit in 64 bits"));
      return {span, Invalid{}};
    }
    return {span, value};
  }

  Expression BuildName(uint32_t term, Span span) {
    const Token& first = First(term);
    const std::string_view root = TextOf(first);
    Traversal traversal{root, SpanOf(first), {}};
    for (uint32_t child : Children(tree_, term)) {
      if (At(child).rule != Rule::kSuffix) continue;
      // "*" is the second token of both forms of a splat.
      if (tree_.tokens[At(child).first + 1].kind == TokenKind::kStar) {
        return Refuse(kSplat, span, "splats");
      }
      if (!AddStep(child, traversal)) return {span, Invalid{}};
    }
    if (traversal.steps.empty()) {
      if (root == "true") return {span, true};
      if (root == "false") return {span, false};
      if (root == "null") return {span, Null{}};
    }
    return {span, std::move(traversal)};
  }

  bool AddStep(uint32_t suffix, Traversal& traversal) {
    Expression key;
    if (const uint32_t index = Child(suffix, Rule::kExpression);
        index != kNone) {
      key = Build(index);
    } else {
      const Token& name = Last(suffix);
      key = name.kind == TokenKind::kInteger
                ? BuildInteger(name, SpanOf(name), false)
                : Expression{SpanOf(name), std::string(TextOf(name))};
    }
    if (std::holds_alternative<Invalid>(key.value)) return false;
    if (auto* number = std::get_if<int64_t>(&key.value)) {
      traversal.steps.push_back({*number, key.span});
      return true;
    }
    if (auto* text = std::get_if<std::string>(&key.value)) {
      traversal.steps.push_back({std::move(*text), key.span});
      return true;
    }
    Refuse(kComputedIndex, key.span, "computed indexes");
    return false;
  }

  Expression BuildList(uint32_t node, Span span) {
    if (Child(node, Rule::kForIntroduction) != kNone) {
      return Refuse(kFor, span, "for expressions");
    }
    List list;
    if (const uint32_t elements = Child(node, Rule::kElements);
        elements != kNone) {
      for (uint32_t element : Children(tree_, elements)) {
        list.elements.push_back(Build(element));
      }
    }
    return {span, std::move(list)};
  }

  Expression BuildObject(uint32_t node, Span span) {
    if (Child(node, Rule::kForIntroduction) != kNone) {
      return Refuse(kFor, span, "for expressions");
    }
    Object object;
    if (const uint32_t items = Child(node, Rule::kObjectItems);
        items != kNone) {
      for (uint32_t item : Children(tree_, items)) {
        if (At(item).rule == Rule::kObjectItem) AddItem(item, object);
      }
    }
    return {span, std::move(object)};
  }

  // A bare name as a key is the name itself, as in HCL.
  void AddItem(uint32_t node, Object& object) {
    const uint32_t key = node + 1;
    const Token& first = First(key);
    ObjectItem item;
    item.key_span = SpanOf(key);
    const bool bare = first.kind == TokenKind::kIdentifier && IsOneToken(key);
    Expression built =
        bare ? Expression{item.key_span, std::string(TextOf(first))}
             : Build(key);
    item.value = Build(At(key).end);
    if (auto* text = std::get_if<std::string>(&built.value)) {
      item.key = std::move(*text);
    } else if (auto* number = std::get_if<int64_t>(&built.value)) {
      item.key = std::to_string(*number);
    } else {
      if (!std::holds_alternative<Invalid>(built.value)) {
        Refuse(kComputedIndex, item.key_span, "computed keys");
      }
      return;
    }
    object.items.push_back(std::move(item));
  }

  const FileId file_;
  const std::string_view text_;
  const Tree& tree_;
  diag::Sink& sink_;
};

}  // namespace

Body BuildBody(FileId file, std::string_view text, const Tree& tree,
               diag::Sink& sink) {
  Body body;
  Builder builder(file, text, tree, sink);
  for (uint32_t child : Children(tree, 0)) builder.FillBody(child, body);
  return body;
}

}  // namespace pol::syntax
