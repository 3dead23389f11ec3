#include "compiler/lsp/place.h"

#include <algorithm>
#include <iterator>

namespace pol::lsp {
namespace {

using support::Span;

bool Covers(Span span, uint32_t offset) {
  return span.begin <= offset && offset <= span.end;
}

// The item that covers the offset; of two that touch, the later.
template <typename Item>
const Item* ItemAt(const std::vector<Item>& items, uint32_t offset) {
  const auto after = std::upper_bound(
      items.begin(), items.end(), offset,
      [](uint32_t at, const Item& item) { return at < item.span.begin; });
  if (after == items.begin()) return nullptr;
  const Item& item = *std::prev(after);
  return Covers(item.span, offset) ? &item : nullptr;
}

}  // namespace

Place PlaceAt(const syntax::Ast& ast, uint32_t offset) {
  Place place;
  const syntax::Body* body = &ast.body;
  while (true) {
    if (const auto* block = ItemAt(body->blocks, offset)) {
      place.blocks.push_back(block);
      place.on_type = Covers(block->type_span, offset);
      body = &block->body;
      continue;
    }
    place.attribute = ItemAt(body->attributes, offset);
    place.on_name = place.attribute != nullptr &&
                    Covers(place.attribute->name_span, offset);
    return place;
  }
}

const sema::BlockRule* RuleOf(absl::Span<const std::string_view> types) {
  const sema::BlockRule* rule = nullptr;
  absl::Span<const sema::BlockRule> rules = sema::FileRules();
  for (const std::string_view type : types) {
    rule = sema::FindRule(rules, type);
    if (rule == nullptr) return nullptr;
    rules = rule->blocks;
  }
  return rule;
}

const sema::AttributeRule* RuleOf(const sema::BlockRule& block,
                                  std::string_view attribute) {
  for (const sema::AttributeRule& rule : block.attributes) {
    if (rule.name == attribute) return &rule;
  }
  return nullptr;
}

}  // namespace pol::lsp
