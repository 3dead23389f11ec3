#include "compiler/sema/schema.h"

#include <algorithm>
#include <map>
#include <set>
#include <variant>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

using diag::Cat;
using diag::Certainty;
using support::Span;
using syntax::Attribute;
using syntax::Block;
using syntax::Body;

namespace {

const AttributeRule* FindAttribute(const BlockRule& rule,
                                   std::string_view name) {
  auto at = std::find_if(
      rule.attributes.begin(), rule.attributes.end(),
      [&](const AttributeRule& attribute) { return attribute.name == name; });
  return at == rule.attributes.end() ? nullptr : &*at;
}

void Suggest(diag::Diagnostic& diagnostic, Span span, std::string_view written,
             absl::Span<const std::string_view> known) {
  const auto nearest = diag::Nearest(written, known);
  if (!nearest.has_value()) return;
  diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                     {{span, std::string(*nearest)}}, Certainty::kPossible);
}

}  // namespace

const Attribute* Fields::Find(std::string_view name) const {
  for (const Attribute* attribute : attributes_) {
    if (attribute->name == name) {
      return std::holds_alternative<syntax::Null>(attribute->value.value)
                 ? nullptr
                 : attribute;
    }
  }
  return nullptr;
}

bool Fields::IsRequired(std::string_view name) const {
  const AttributeRule* attribute = FindAttribute(*rule_, name);
  return attribute != nullptr && attribute->required;
}

std::vector<std::string_view> Fields::WordsOf(std::string_view name) const {
  const AttributeRule* attribute = FindAttribute(*rule_, name);
  return attribute != nullptr ? attribute->words
                              : std::vector<std::string_view>();
}

const Block* Fields::FindBlock(std::string_view type) const {
  for (const Block* block : blocks_) {
    if (block->type == type) return block;
  }
  return nullptr;
}

// The check of one body.
class SchemaCheck {
 public:
  explicit SchemaCheck(diag::Sink& sink) : sink_(sink) {}

  // `owner` is null for a file.
  void Blocks(const Body& body, absl::Span<const BlockRule> rules,
              const Block* owner, const BlockRule* owner_rule) {
    std::map<std::string_view, const Block*> seen;
    for (const Block& block : body.blocks) {
      const BlockRule* rule = FindRule(rules, block.type);
      if (rule == nullptr) {
        UnknownBlock(block, rules, owner, owner_rule);
        continue;
      }
      const auto [first, is_first] = seen.emplace(block.type, &block);
      if (rule->once && !is_first) {
        sink_
            .Report(kDuplicateBlock, block.type_span,
                    Cat("a second `", block.type, "` block"))
            .Also(first->second->type_span, "the first one");
        continue;
      }
      fields_.blocks_.push_back(&block);
    }
  }

  void Attributes(const Body& body, const BlockRule& rule, const Block& owner) {
    std::map<std::string_view, const Attribute*> seen;
    for (const Attribute& attribute : body.attributes) {
      const auto [first, is_first] = seen.emplace(attribute.name, &attribute);
      if (!is_first) {
        sink_
            .Report(kDuplicateAttribute, attribute.name_span,
                    Cat("`", attribute.name, "` is written twice in this ",
                        owner.type, " block"))
            .Also(first->second->name_span, "first written here");
        continue;
      }
      const AttributeRule* known = FindAttribute(rule, attribute.name);
      if (known == nullptr && !rule.any_attribute) {
        UnknownAttribute(attribute, rule, owner);
        continue;
      }
      fields_.attributes_.push_back(&attribute);
    }
    for (const AttributeRule& attribute : rule.attributes) {
      if (attribute.required && fields_.Find(attribute.name) == nullptr) {
        sink_.Report(kMissing, owner.header_span,
                     Cat(Describe(owner), " has no `", attribute.name, "`"));
      }
    }
  }

  void Header(const Block& block, const BlockRule& rule) {
    if (block.broken) return;
    const size_t count = block.labels.size();
    if (rule.labels == Labels::kNone && count > 0) {
      sink_.Report(kLabels, block.labels[0].span,
                   Cat("a `", block.type, "` block has no label"));
    } else if (rule.labels == Labels::kOne && count == 0) {
      sink_
          .Report(kLabels, block.type_span,
                  Cat("a `", block.type, "` block needs a label"))
          .Help(Cat("write `", block.type, " \"name\" { … }`"));
    } else if (count > 1 && rule.labels != Labels::kNone) {
      sink_.Report(kLabels, block.labels[1].span,
                   Cat("a `", block.type, "` block has one label only"));
    }
  }

  Fields Take(const BlockRule& rule) {
    fields_.rule_ = &rule;
    return std::move(fields_);
  }

 private:
  void UnknownBlock(const Block& block, absl::Span<const BlockRule> rules,
                    const Block* owner, const BlockRule* owner_rule) {
    if (owner_rule != nullptr &&
        FindAttribute(*owner_rule, block.type) != nullptr) {
      sink_
          .Report(kBlockOrAttribute, block.type_span,
                  Cat("`", block.type, "` is an attribute, not a block"))
          .Help(Cat("write `", block.type, " = …`"));
      return;
    }
    std::vector<std::string_view> known;
    for (const BlockRule& rule : rules) known.push_back(rule.type);
    auto& diagnostic = sink_.Report(
        kUnknownBlock, block.type_span,
        owner == nullptr ? Cat("unknown block `", block.type, "`")
                         : Cat("a ", owner->type, " block holds no block `",
                               block.type, "`"));
    Suggest(diagnostic, block.type_span, block.type, known);
    if (owner != nullptr && FindRule(FileRules(), block.type) != nullptr) {
      diagnostic.Help(Cat("`", block.type, "` stands outside of other blocks"));
    }
  }

  void UnknownAttribute(const Attribute& attribute, const BlockRule& rule,
                        const Block& owner) {
    // What stands there was no attribute at all, and the parser has said so.
    if (attribute.span == attribute.name_span) return;
    if (FindRule(rule.blocks, attribute.name) != nullptr) {
      sink_
          .Report(kBlockOrAttribute, attribute.name_span,
                  Cat("`", attribute.name, "` is a block, not an attribute"))
          .Help(Cat("write `", attribute.name, " { … }`"));
      return;
    }
    std::vector<std::string_view> known;
    for (const AttributeRule& candidate : rule.attributes) {
      known.push_back(candidate.name);
    }
    auto& diagnostic =
        sink_.Report(kUnknownAttribute, attribute.name_span,
                     Cat("a ", owner.type, " block has no attribute `",
                         attribute.name, "`"));
    Suggest(diagnostic, attribute.name_span, attribute.name, known);
  }

  diag::Sink& sink_;
  Fields fields_;
};

const BlockRule* FindRule(absl::Span<const BlockRule> rules,
                          std::string_view type) {
  auto at =
      std::find_if(rules.begin(), rules.end(),
                   [&](const BlockRule& rule) { return rule.type == type; });
  return at == rules.end() ? nullptr : &*at;
}

Fields CheckBlock(const Block& block, const BlockRule& rule, diag::Sink& sink,
                  bool& complete) {
  const size_t before = sink.reported();
  SchemaCheck check(sink);
  check.Header(block, rule);
  check.Attributes(block.body, rule, block);
  check.Blocks(block.body, rule.blocks, &block, &rule);
  complete = sink.reported() == before && !block.broken;
  return check.Take(rule);
}

void CheckFile(const syntax::Ast& ast, diag::Sink& sink) {
  for (const Attribute& attribute : ast.body.attributes) {
    if (attribute.span == attribute.name_span) continue;
    sink.Report(kUnknownAttribute, attribute.name_span,
                Cat("`", attribute.name, "` stands outside of every block"))
        .Help("constants stand in a `locals { … }` block");
  }
  SchemaCheck(sink).Blocks(ast.body, FileRules(), nullptr, nullptr);
}

std::string Describe(const Block& block) {
  if (block.labels.empty()) return Cat("this ", block.type, " block");
  return Cat(block.type, " `", block.labels[0].text, "`");
}

}  // namespace pol::sema
