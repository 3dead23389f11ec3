// What stands behind a value: `.name`, `[key]` and the two splats.

#include <algorithm>
#include <string>
#include <utility>

#include "compiler/syntax/build_expression.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {

// Applies the suffixes from `at` on. An attribute-only splat asks its elements
// for `attributes` alone; the first index is not its own.
ExpressionBuilder::Built ExpressionBuilder::Suffixes(Built base, uint32_t& at,
                                                     uint32_t end,
                                                     bool attributes) {
  while (at != end) {
    const uint32_t suffix = at;
    const bool dot = First(suffix).kind == TokenKind::kDot;
    if (attributes && !dot) break;
    at = At(suffix).end;
    const bool star =
        tree_.tokens[At(suffix).first + 1].kind == TokenKind::kStar;
    const bool broken = std::holds_alternative<Invalid>(base.expression.value);
    if (star && attributes) {
      if (broken) continue;
      reading_.sink
          .Report(kNestedSplat, SpanOf(suffix),
                  "a splat `.*` cannot stand in another one")
          .Help("write `[*]` for both");
      base.expression.value = Invalid{};
    } else if (star) {
      base.expression.span =
          support::Join(base.expression.span, SpanOf(suffix));
      base = Splat(std::move(base), at, end, !dot);
    } else {
      base = dot ? AttributeStep(std::move(base), suffix)
                 : IndexStep(std::move(base), suffix);
    }
  }
  return base;
}

ExpressionBuilder::Built ExpressionBuilder::AttributeStep(Built base,
                                                          uint32_t suffix) {
  const Token& name = Last(suffix);
  Built key = name.kind == TokenKind::kInteger
                  ? Integer(name, SpanOf(name), false)
                  : Built{{SpanOf(name), std::string(TextOf(name))}};
  return Step(std::move(base), std::move(key), SpanOf(suffix), true);
}

ExpressionBuilder::Built ExpressionBuilder::IndexStep(Built base,
                                                      uint32_t suffix) {
  return Step(std::move(base), Value(suffix + 1), SpanOf(suffix), false);
}

ExpressionBuilder::Built ExpressionBuilder::Step(Built base, Built key,
                                                 Span whole, bool attribute) {
  const Span span = support::Join(base.expression.span, whole);
  if (std::holds_alternative<Invalid>(base.expression.value) ||
      std::holds_alternative<Invalid>(key.expression.value)) {
    return {{span, Invalid{}}};
  }
  auto* name = std::get_if<std::string>(&key.expression.value);
  const auto* number = std::get_if<int64_t>(&key.expression.value);
  // `.0` is an index in an old form.
  attribute = attribute && name != nullptr;
  auto* traversal = std::get_if<Traversal>(&base.expression.value);
  if (traversal != nullptr && (name != nullptr || number != nullptr)) {
    Traversal::Step& step = traversal->steps.emplace_back();
    step.span = key.expression.span;
    step.attribute = attribute;
    if (name != nullptr) {
      step.key = std::move(*name);
    } else {
      step.key = *number;
    }
    base.expression.span = span;
    return base;
  }
  const size_t height = std::max(base.height, key.height);
  Index index;
  index.attribute = attribute;
  index.operands.reserve(2);
  index.operands.push_back(std::move(base.expression));
  index.operands.push_back(std::move(key.expression));
  return Parent({span, std::move(index)}, height);
}

ExpressionBuilder::Built ExpressionBuilder::Splat(Built base, uint32_t& at,
                                                  uint32_t end, bool full) {
  const Span marker = base.expression.span;
  // This one nests before it has a height.
  if (splats_ == kHeightLimit) {
    at = end;
    return Parent({support::Join(marker, SpanOf(end - 1)), Invalid{}}, splats_);
  }
  const Span star{marker.file, marker.end, marker.end};
  ++splats_;
  Built each = Suffixes({{star, Element{}}}, at, end, !full);
  --splats_;
  const Span span = support::Join(marker, each.expression.span);
  if (std::holds_alternative<Invalid>(base.expression.value) ||
      std::holds_alternative<Invalid>(each.expression.value)) {
    return {{span, Invalid{}}};
  }
  const size_t height = std::max(base.height, each.height);
  syntax::Splat splat;
  splat.full = full;
  splat.operands.reserve(2);
  splat.operands.push_back(std::move(base.expression));
  splat.operands.push_back(std::move(each.expression));
  return Parent({span, std::move(splat)}, height);
}

}  // namespace pol::syntax
