#include "compiler/lsp/symbols.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace pol::lsp {
namespace {

using support::FileId;
using syntax::Attribute;
using syntax::Block;
using syntax::Expression;

struct Word {
  std::string_view text;
  Noun noun;
  bool block = true;  // a block of that type declares its label
  bool root = true;   // `text.name` refers to one
};

constexpr Word kWords[] = {
    {"identity", Noun::kIdentity},
    {"identity_set", Noun::kIdentitySet},
    {"trust_domain", Noun::kTrustDomain},
    {"workload", Noun::kWorkload},
    {"endpoint", Noun::kEndpoint},
    {"host", Noun::kEndpoint},
    {"policy", Noun::kPolicy},
    {"variable", Noun::kVariable, true, false},
    {"output", Noun::kOutput, true, false},
    {"function", Noun::kFunction, true, false},
    {"var", Noun::kVariable, false, true},
    {"local", Noun::kLocal, false, true},
    {"module", Noun::kModule},
};

std::optional<Noun> Find(bool Word::*use, std::string_view text) {
  for (const Word& word : kWords) {
    if (word.*use && word.text == text) return word.noun;
  }
  return std::nullopt;
}

// Finds all mentions of one file, in no order.
class Search {
 public:
  explicit Search(std::vector<Mention>& found) : found_(found) {}

  void Declarations(const Block& block) {
    if (block.type == "locals") {
      for (const Attribute& attribute : block.body.attributes) {
        found_.push_back({{Noun::kLocal, std::string(attribute.name), {}},
                          attribute.name_span,
                          true,
                          nullptr,
                          &attribute});
      }
    }
    const std::optional<Noun> noun = Find(&Word::block, block.type);
    if (!noun.has_value() || block.labels.empty()) return;
    const syntax::Label& label = block.labels.front();
    if (label.broken) return;
    found_.push_back({{*noun, label.text, {}}, label.span, true, &block});
  }

  void Uses(const Block& block) {
    const size_t bound = bound_.size();
    const bool function = block.type == "function";
    if (function) BindParameters(block);
    for (const Attribute& attribute : block.body.attributes) {
      // Names that are being bound, and types, which look like calls.
      if (function && attribute.name == "params") continue;
      if (block.type == "variable" && attribute.name == "type") continue;
      Walk(attribute.value);
    }
    bound_.resize(bound);
    for (const Block& inner : block.body.blocks) Uses(inner);
  }

 private:
  // `params = [a, b]`, with or without quotes.
  void BindParameters(const Block& function) {
    for (const Attribute& attribute : function.body.attributes) {
      const auto* list = std::get_if<syntax::List>(&attribute.value.value);
      if (attribute.name != "params" || list == nullptr) continue;
      for (const Expression& element : list->elements) {
        if (const auto* name = std::get_if<std::string>(&element.value)) {
          Bind(*name, element.span);
        } else if (const auto* word =
                       std::get_if<syntax::Traversal>(&element.value)) {
          Bind(word->root, word->root_span);
        }
      }
    }
  }

  void Bind(std::string_view name, Span span) {
    if (name.empty()) return;
    bound_.push_back({Noun::kBound, std::string(name), span});
    found_.push_back({bound_.back(), span, true});
  }

  const Symbol* FindBound(std::string_view name) const {
    const auto at =
        std::find_if(bound_.rbegin(), bound_.rend(),
                     [&](const Symbol& symbol) { return symbol.name == name; });
    return at == bound_.rend() ? nullptr : &*at;
  }

  void Walk(const std::vector<Expression>& expressions) {
    for (const Expression& expression : expressions) Walk(expression);
  }

  void Walk(const Expression& expression) {
    std::visit([this](const auto& value) { Visit(value); }, expression.value);
  }

  template <typename Leaf>
  void Visit(const Leaf&) {}
  void Visit(const syntax::Traversal& name) {
    if (const Symbol* symbol = FindBound(name.root)) {
      found_.push_back({*symbol, name.root_span});
      return;
    }
    const std::optional<Noun> noun = NounOfRoot(name.root);
    if (!noun.has_value() || name.steps.empty()) return;
    const auto& step = name.steps.front();
    if (const auto* text = std::get_if<std::string>(&step.key)) {
      found_.push_back({{*noun, *text, {}}, step.span});
    }
  }
  void Visit(const syntax::List& list) { Walk(list.elements); }
  void Visit(const syntax::Object& object) {
    for (const syntax::ObjectItem& item : object.items) {
      Walk(item.key);
      Walk(item.value);
    }
  }
  void Visit(const syntax::Template& text) { Walk(text.parts); }
  void Visit(const syntax::Operation& operation) { Walk(operation.operands); }
  void Visit(const syntax::Index& index) { Walk(index.operands); }
  void Visit(const syntax::Splat& splat) { Walk(splat.operands); }
  void Visit(const syntax::Call& call) {
    found_.push_back(
        {{Noun::kFunction, std::string(call.name), {}}, call.name_span});
    Walk(call.arguments);
  }
  void Visit(const syntax::For& loop) {
    // The collection does not see what the loop binds.
    Walk(loop.collection());
    const size_t bound = bound_.size();
    Bind(loop.key_name, loop.key_span);
    Bind(loop.value_name, loop.value_span);
    for (size_t i = 1; i < loop.parts.size(); ++i) Walk(loop.parts[i]);
    bound_.resize(bound);
  }

  std::vector<Mention>& found_;
  std::vector<Symbol> bound_;  // the innermost last
};

}  // namespace

std::string_view ToString(Noun noun) {
  if (noun == Noun::kLocal) return "local";
  if (noun == Noun::kBound) return "name";
  for (const Word& word : kWords) {
    if (word.noun == noun) return word.text;
  }
  return "name";
}

std::optional<Noun> NounOfRoot(std::string_view root) {
  return Find(&Word::root, root);
}

absl::Span<const std::string_view> Roots() {
  static const auto& roots = *[] {
    auto* words = new std::vector<std::string_view>;
    for (const Word& word : kWords) {
      if (word.root) words->push_back(word.text);
    }
    return words;
  }();
  return roots;
}

Symbols::Symbols(absl::Span<const syntax::Ast> files) {
  Search search(mentions_);
  for (const syntax::Ast& file : files) {
    for (const Block& block : file.body.blocks) {
      search.Declarations(block);
      search.Uses(block);
    }
  }
  std::stable_sort(
      mentions_.begin(), mentions_.end(),
      [](const Mention& a, const Mention& b) { return a.span < b.span; });
  for (size_t i = 0; i < mentions_.size(); ++i) {
    places_[mentions_[i].symbol].push_back(i);
  }
}

const Mention* Symbols::At(FileId file, uint32_t offset) const {
  // Mentions do not overlap; two can touch only where one ends.
  const Span place{file, offset, UINT32_MAX};
  const auto after = std::upper_bound(
      mentions_.begin(), mentions_.end(), place,
      [](const Span& at, const Mention& mention) { return at < mention.span; });
  if (after == mentions_.begin()) return nullptr;
  const Mention& mention = *std::prev(after);
  return mention.span.file == file && offset <= mention.span.end ? &mention
                                                                 : nullptr;
}

std::vector<const Mention*> Symbols::Of(const Symbol& symbol) const {
  std::vector<const Mention*> all;
  const auto at = places_.find(symbol);
  if (at == places_.end()) return all;
  for (const size_t i : at->second) all.push_back(&mentions_[i]);
  return all;
}

const Mention* Symbols::Declaration(const Symbol& symbol) const {
  const auto at = places_.find(symbol);
  if (at == places_.end()) return nullptr;
  for (const size_t i : at->second) {
    if (mentions_[i].declares) return &mentions_[i];
  }
  return nullptr;
}

std::vector<const Mention*> Symbols::Declared(Noun noun) const {
  std::vector<const Mention*> all;
  for (auto at = places_.lower_bound({noun, "", {}});
       at != places_.end() && at->first.noun == noun; ++at) {
    for (const size_t i : at->second) {
      if (!mentions_[i].declares) continue;
      all.push_back(&mentions_[i]);
      break;
    }
  }
  return all;
}

}  // namespace pol::lsp
