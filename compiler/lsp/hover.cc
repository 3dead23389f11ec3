#include "compiler/lsp/hover.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/render.h"
#include "compiler/eval/functions.h"
#include "compiler/lsp/place.h"
#include "compiler/sema/schema.h"

namespace pol::lsp {
namespace {

using diag::Cat;
using support::FileId;

constexpr size_t kShownLines = 20;

Json ToHover(const Snapshot& snapshot, Span span, std::string markdown) {
  return {{"contents", {{"kind", "markdown"}, {"value", std::move(markdown)}}},
          {"range", snapshot.RangeOf(span)}};
}

// The text of a span as a block of code, not too long.
std::string Code(const Snapshot& snapshot, Span span) {
  const std::string_view text = snapshot.sources().Text(span);
  size_t end = 0;
  for (size_t line = 0; line < kShownLines && end < text.size(); ++line) {
    end = text.find('\n', end + 1);
    if (end == std::string_view::npos) end = text.size();
  }
  return Cat("```hcl\n", text.substr(0, end), end < text.size() ? "\n…" : "",
             "\n```");
}

// Where a constant that is another's name leads.
const syntax::Expression& Follow(const Symbols& symbols,
                                 const syntax::Expression& value) {
  constexpr int kHops = 64;  // a circle has its diagnostic
  const syntax::Expression* at = &value;
  for (int hop = 0; hop < kHops; ++hop) {
    const auto* name = std::get_if<syntax::Traversal>(&at->value);
    if (name == nullptr || name->root != "local" || name->steps.size() != 1) {
      break;
    }
    const auto* text = std::get_if<std::string>(&name->steps[0].key);
    if (text == nullptr) break;
    const Mention* next = symbols.Declaration({Noun::kLocal, *text, {}});
    if (next == nullptr || next->attribute == nullptr) break;
    at = &next->attribute->value;
  }
  return *at;
}

std::string Describe(const Snapshot& snapshot, const Mention& declared) {
  std::string text =
      Cat("**", ToString(declared.symbol.noun), "** `", declared.symbol.name,
          "`, ", diag::Place(snapshot.sources(), declared.span), "\n\n");
  if (declared.block != nullptr) {
    return text + Code(snapshot, declared.block->span);
  }
  if (declared.attribute != nullptr) {
    const syntax::Expression& written = declared.attribute->value;
    text += Code(snapshot, declared.attribute->span);
    const syntax::Expression& value = Follow(snapshot.symbols(), written);
    if (&value != &written) {
      text += Cat("\n\nwhich is\n\n", Code(snapshot, value.span));
    }
  }
  return text;
}

std::string Describe(const sema::BlockRule& rule) {
  return Cat("**", rule.type, "** block\n\n", rule.doc);
}

std::string Describe(const sema::AttributeRule& rule) {
  std::string text = Cat("**", rule.name, "**: ", rule.type,
                         rule.required ? ", required" : "", "\n\n", rule.doc);
  std::string_view before = "\n\nOne of ";
  for (const std::string_view word : rule.words) {
    text += Cat(before, "`", word, "`");
    before = ", ";
  }
  return text;
}

std::string Describe(const eval::Function& function) {
  return Cat("```hcl\n", function.signature, "\n```\n\n", function.doc,
             "\n\n```hcl\n", function.example, "  # ", function.result,
             "\n```");
}

Json HoverOfLanguage(const Snapshot& snapshot, FileId file, uint32_t offset) {
  const Place place =
      PlaceAt(snapshot.compilation().tree.sources[0].files[file], offset);
  if (!place.on_type && !place.on_name) return nullptr;
  std::vector<std::string_view> types;
  for (const syntax::Block* block : place.blocks) types.push_back(block->type);
  const sema::BlockRule* rule = RuleOf(types);
  if (rule == nullptr) return nullptr;
  if (place.on_name) {
    const auto* attribute = RuleOf(*rule, place.attribute->name);
    if (attribute == nullptr) return nullptr;
    return ToHover(snapshot, place.attribute->name_span, Describe(*attribute));
  }
  return ToHover(snapshot, place.blocks.back()->type_span, Describe(*rule));
}

}  // namespace

Json HoverAt(const Snapshot& snapshot, FileId file, uint32_t offset) {
  const Mention* mention = snapshot.symbols().At(file, offset);
  if (mention != nullptr) {
    const Mention* declared = snapshot.symbols().Declaration(mention->symbol);
    if (declared != nullptr) {
      return ToHover(snapshot, mention->span, Describe(snapshot, *declared));
    }
    const eval::Function* function =
        mention->symbol.noun == Noun::kFunction
            ? eval::FindFunction(mention->symbol.name)
            : nullptr;
    if (function != nullptr) {
      return ToHover(snapshot, mention->span, Describe(*function));
    }
  }
  return HoverOfLanguage(snapshot, file, offset);
}

}  // namespace pol::lsp
