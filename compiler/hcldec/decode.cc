#include "compiler/hcldec/decode.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluate.h"

namespace pol::hcldec {
namespace {

using eval::Item;
using eval::Type;
using eval::Value;
using Kind = Spec::Kind;

// The specs that look into the same body: an object's, not a block's.
void VisitSameBody(const Spec& spec, auto visit) {
  visit(spec);
  if (spec.is_block()) return;
  for (const Spec& child : spec.children) VisitSameBody(child, visit);
}

class Decoder {
 public:
  Decoder(eval::Environment& environment, std::vector<Problem>& problems,
          diag::Sink& sink)
      : environment_(environment), problems_(problems), sink_(sink) {}

  Value Body(const syntax::Body& body, Span end, const Spec& spec) {
    const Place place = {body, end};
    CheckItems(place, spec);
    return One(place, spec);
  }

 private:
  struct Place {
    const syntax::Body& body;
    Span end;
  };

  void Say(Span span, std::string summary, std::string detail) {
    problems_.push_back({span, std::move(summary), std::move(detail)});
  }

  // What is there and not expected, what is expected and not there.
  void CheckItems(const Place& place, const Spec& root) {
    std::set<std::string_view> attributes;
    std::map<std::string_view, const Spec*> blocks;
    VisitSameBody(root, [&](const Spec& spec) {
      if (spec.kind == Kind::kAttribute) {
        attributes.insert(spec.name);
        if (spec.required && FindAttribute(place.body, spec.name) == nullptr) {
          Say(place.end, "missing required argument",
              diag::Cat("the argument `", spec.name, "` is required"));
        }
      } else if (spec.is_block()) {
        blocks[spec.name] = &spec;
      }
    });
    std::set<std::string_view> seen;
    for (const syntax::Attribute& attribute : place.body.attributes) {
      if (!seen.insert(attribute.name).second) {
        Say(attribute.name_span, "attribute redefined",
            diag::Cat("the argument `", attribute.name, "` is set twice"));
      } else if (!attributes.contains(attribute.name)) {
        Say(attribute.name_span, "unsupported argument",
            diag::Cat("an argument named `", attribute.name,
                      "` is not expected here"));
      }
    }
    for (const syntax::Block& block : place.body.blocks) {
      const auto found = blocks.find(block.type);
      if (found == blocks.end()) {
        Say(block.type_span, "unsupported block type",
            diag::Cat("blocks of type `", block.type,
                      "` are not expected here"));
      } else {
        CheckLabels(block, *found->second);
      }
    }
  }

  void CheckLabels(const syntax::Block& block, const Spec& spec) {
    if (block.labels.size() > spec.labels.size()) {
      Say(block.labels[spec.labels.size()].span,
          diag::Cat("extraneous label for ", block.type),
          diag::Cat(spec.labels.size(), " labels are expected"));
    } else if (block.labels.size() < spec.labels.size()) {
      Say({block.span.file, block.header_span.end, block.header_span.end},
          diag::Cat("missing ", spec.labels[block.labels.size()], " for ",
                    block.type),
          diag::Cat(spec.labels.size(), " labels are expected"));
    }
  }

  Value One(const Place& place, const Spec& spec) {
    switch (spec.kind) {
      case Kind::kObject:
        return Object(place, spec);
      case Kind::kArray: {
        std::vector<Value> elements;
        for (const Spec& child : spec.children) {
          elements.push_back(One(place, child));
        }
        return Value::Tuple(std::move(elements), place.end);
      }
      case Kind::kLiteral:
        return spec.literal;
      case Kind::kAttribute: {
        const auto* attribute = FindAttribute(place.body, spec.name);
        return attribute == nullptr ? Value::Null(spec.type, place.end)
                                    : Evaluated(*attribute, spec.type);
      }
      case Kind::kBlock:
        return SingleBlock(place, spec);
      case Kind::kBlockList:
      case Kind::kBlockSet:
        return ManyBlocks(place, spec);
      case Kind::kBlockMap:
        return MapOfBlocks(place, spec);
      case Kind::kBlockAttrs:
        return Attributes(place, spec);
      case Kind::kDefault: {
        Value value;
        for (const Spec& child : spec.children) {
          value = One(place, child);
          if (!value.is_null()) break;
        }
        return value;
      }
    }
    return Value::Null(place.end);
  }

  Value Object(const Place& place, const Spec& spec) {
    std::vector<Item> items;
    for (size_t i = 0; i < spec.children.size(); ++i) {
      items.push_back({spec.keys[i], place.end, One(place, spec.children[i])});
    }
    return Value::Object(std::move(items), place.end);
  }

  Value Evaluated(const syntax::Attribute& attribute, const Type& type) {
    const Value value = eval::Evaluate(attribute.value, environment_, budget_,
                                       sink_, {.hcl = true});
    return eval::Convert(value, type, diag::Cat("`", attribute.name, "`"),
                         sink_);
  }

  std::vector<const syntax::Block*> Blocks(const Place& place,
                                           const Spec& spec) {
    std::vector<const syntax::Block*> out;
    for (const syntax::Block& block : place.body.blocks) {
      if (block.type == spec.name &&
          block.labels.size() == spec.labels.size()) {
        out.push_back(&block);
      }
    }
    return out;
  }

  Value Nested(const syntax::Block& block, const Spec& spec) {
    return Body(block.body, {block.span.file, block.span.end, block.span.end},
                spec);
  }

  // The only block of its type; null when there is none.
  const syntax::Block* OnlyBlock(const Place& place, const Spec& spec) {
    const auto blocks = Blocks(place, spec);
    if (blocks.empty()) {
      if (spec.required) {
        Say(place.end, diag::Cat("missing ", spec.name, " block"),
            diag::Cat("a block of type `", spec.name, "` is required here"));
      }
      return nullptr;
    }
    if (blocks.size() > 1) {
      Say(blocks[1]->header_span, diag::Cat("duplicate ", spec.name, " block"),
          diag::Cat("only one block of type `", spec.name, "` is allowed"));
    }
    return blocks[0];
  }

  Value SingleBlock(const Place& place, const Spec& spec) {
    const syntax::Block* block = OnlyBlock(place, spec);
    if (block == nullptr) {
      return Value::Null(ImpliedType(spec.children[0]), place.end);
    }
    return Nested(*block, spec.children[0]);
  }

  Value ManyBlocks(const Place& place, const Spec& spec) {
    const auto blocks = Blocks(place, spec);
    const auto count = static_cast<int64_t>(blocks.size());
    if (count < spec.least) {
      Say(place.end, diag::Cat("insufficient ", spec.name, " blocks"),
          diag::Cat("at least ", spec.least, " are required"));
    } else if (spec.most > 0 && count > spec.most) {
      Say(blocks[static_cast<size_t>(spec.most)]->header_span,
          diag::Cat("too many ", spec.name, " blocks"),
          diag::Cat("no more than ", spec.most, " are allowed"));
    }
    std::vector<Value> values;
    std::vector<Type> types;
    for (const syntax::Block* block : blocks) {
      values.push_back(Nested(*block, spec.children[0]));
      types.push_back(TypeOf(values.back()));
    }
    const bool set = spec.kind == Kind::kBlockSet;
    std::optional<Type> element =
        blocks.empty() ? ImpliedType(spec.children[0]) : eval::Unify(types);
    if (!element.has_value()) {
      Say(blocks[0]->header_span, "inconsistent argument types",
          diag::Cat("the arguments of all ", spec.name,
                    " blocks must have the same types"));
      element = Type::Any();
    }
    for (Value& value : values) {
      value =
          eval::Convert(value, *element, diag::Cat(spec.name, " block"), sink_);
    }
    return set ? Value::Set(std::move(values), *element, place.end)
               : Value::List(std::move(values), *element, place.end);
  }

  Value MapOfBlocks(const Place& place, const Spec& spec) {
    return MapLevel(Blocks(place, spec), 0, spec, place.end);
  }

  // The map of one label's texts to what the blocks with it make.
  Value MapLevel(const std::vector<const syntax::Block*>& blocks, size_t level,
                 const Spec& spec, Span end) {
    std::map<std::string, std::vector<const syntax::Block*>> groups;
    for (const syntax::Block* block : blocks) {
      groups[block->labels[level].text].push_back(block);
    }
    Type element = ImpliedType(spec.children[0]);
    for (size_t i = level + 1; i < spec.labels.size(); ++i) {
      element = Type::Map(element);
    }
    std::vector<Item> items;
    for (const auto& [label, group] : groups) {
      if (level + 1 < spec.labels.size()) {
        items.push_back({label, end, MapLevel(group, level + 1, spec, end)});
        continue;
      }
      if (group.size() > 1) {
        Say(group[1]->header_span, diag::Cat("duplicate ", spec.name, " block"),
            diag::Cat("a block with these labels is there already"));
      }
      items.push_back({label, end, Nested(*group[0], spec.children[0])});
    }
    return Value::Map(std::move(items), element, end);
  }

  Value Attributes(const Place& place, const Spec& spec) {
    const syntax::Block* block = OnlyBlock(place, spec);
    if (block == nullptr) return Value::Null(Type::Map(spec.type), place.end);
    for (const syntax::Block& inner : block->body.blocks) {
      Say(inner.type_span, diag::Cat("unexpected ", inner.type, " block"),
          "blocks are not allowed here");
    }
    std::vector<Item> items;
    for (const syntax::Attribute& attribute : block->body.attributes) {
      items.push_back({std::string(attribute.name), attribute.name_span,
                       Evaluated(attribute, spec.type)});
    }
    return Value::Map(std::move(items), spec.type, place.end);
  }

  eval::Environment& environment_;
  std::vector<Problem>& problems_;
  diag::Sink& sink_;
  eval::Budget budget_;
};

void Gather(const syntax::Body& body, const Spec& root,
            std::vector<const syntax::Attribute*>& out) {
  VisitSameBody(root, [&](const Spec& spec) {
    if (spec.kind == Kind::kAttribute) {
      const auto* found = FindAttribute(body, spec.name);
      if (found != nullptr) out.push_back(found);
    }
    if (!spec.is_block()) return;
    for (const syntax::Block& block : body.blocks) {
      if (block.type != spec.name) continue;
      if (spec.kind != Kind::kBlockAttrs) {
        Gather(block.body, spec.children[0], out);
        continue;
      }
      for (const syntax::Attribute& attribute : block.body.attributes) {
        out.push_back(&attribute);
      }
    }
  });
}

}  // namespace

Value SpecVariables::Lookup(const syntax::Traversal& traversal, Span span,
                            size_t& used, diag::Sink& sink) {
  used = 0;
  const auto found = file_.variables.find(traversal.root);
  if (found != file_.variables.end()) return found->second;
  sink.Report(eval::kNotConstant, traversal.root_span,
              diag::Cat("there is no variable `", traversal.root, "`"));
  return Value::Invalid(span);
}

const eval::UserFunction* SpecVariables::FindFunction(std::string_view) {
  return nullptr;
}

Value Decode(const syntax::Body& body, Span end, const Spec& spec,
             eval::Environment& environment, std::vector<Problem>& problems,
             diag::Sink& sink) {
  return Decoder(environment, problems, sink).Body(body, end, spec);
}

std::vector<const syntax::Attribute*> ReadAttributes(const syntax::Body& body,
                                                     const Spec& spec) {
  std::vector<const syntax::Attribute*> out;
  Gather(body, spec, out);
  std::sort(out.begin(), out.end(),
            [](const syntax::Attribute* a, const syntax::Attribute* b) {
              return a->span.begin < b->span.begin;
            });
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace pol::hcldec
