#include "compiler/hcldec/spec.h"

#include <array>
#include <optional>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/evaluate.h"

namespace pol::hcldec {
namespace {

using eval::Type;
using eval::Value;
using Kind = Spec::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 10> kKinds = {
    {{"object", Kind::kObject},
     {"array", Kind::kArray},
     {"literal", Kind::kLiteral},
     {"attr", Kind::kAttribute},
     {"block", Kind::kBlock},
     {"block_list", Kind::kBlockList},
     {"block_set", Kind::kBlockSet},
     {"block_map", Kind::kBlockMap},
     {"block_attrs", Kind::kBlockAttrs},
     {"default", Kind::kDefault}}};

// Reads specifications; every mistake is one problem and spoils only its own.
class SpecReader {
 public:
  SpecReader(std::vector<Problem>& problems, diag::Sink& sink)
      : problems_(problems), sink_(sink) {}

  SpecFile File(const syntax::Ast& ast) {
    SpecFile out;
    std::vector<const syntax::Block*> roots;
    for (const syntax::Block& block : ast.body.blocks) {
      if (block.type != "variables") {
        roots.push_back(&block);
        continue;
      }
      for (const syntax::Attribute& attribute : block.body.attributes) {
        out.variables[std::string(attribute.name)] = Constant(attribute.value);
      }
    }
    for (const syntax::Attribute& attribute : ast.body.attributes) {
      Unexpected(attribute);
    }
    if (roots.size() == 1) {
      out.root = Block(*roots[0]);
    } else {
      Say({ast.file, 0, 0},
          roots.empty() ? "missing spec block" : "more than one spec block");
    }
    return out;
  }

 private:
  void Say(Span span, std::string summary, std::string detail = "") {
    problems_.push_back({span, std::move(summary), std::move(detail)});
  }

  void Unexpected(const syntax::Attribute& attribute) {
    Say(attribute.name_span, "unsupported argument",
        diag::Cat("an argument named `", attribute.name,
                  "` is not expected here"));
  }

  Value Constant(const syntax::Expression& expression) {
    eval::NoNames names;
    eval::Budget budget;
    return eval::Evaluate(expression, names, budget, sink_, {.hcl = true});
  }

  Value Constant(const syntax::Attribute& attribute, const Type& type) {
    return eval::Convert(Constant(attribute.value), type,
                         diag::Cat("`", attribute.name, "`"), sink_);
  }

  Spec Block(const syntax::Block& block) {
    Spec out;
    bool known = false;
    for (const auto& [word, kind] : kKinds) {
      if (block.type != word) continue;
      out.kind = kind;
      known = true;
    }
    if (!known) {
      Say(block.type_span, "unsupported block type",
          diag::Cat("there is no spec of type `", block.type, "`"));
      return out;
    }
    if (!block.labels.empty()) out.name = block.labels[0].text;
    for (const syntax::Attribute& attribute : block.body.attributes) {
      if (!Argument(attribute, out)) Unexpected(attribute);
    }
    for (const syntax::Block& child : block.body.blocks) {
      if (out.kind == Kind::kObject) {
        if (child.labels.empty()) Say(child.header_span, "missing key");
        out.keys.push_back(child.labels.empty() ? "" : child.labels[0].text);
      }
      out.children.push_back(Block(child));
    }
    Check(block, out);
    return out;
  }

  // Whether the attribute belongs to the kind of spec.
  bool Argument(const syntax::Attribute& attribute, Spec& out) {
    const std::string_view name = attribute.name;
    const bool counts =
        out.kind == Kind::kBlockList || out.kind == Kind::kBlockSet;
    if (name == (out.kind == Kind::kAttribute ? "name" : "block_type") &&
        (out.kind == Kind::kAttribute || out.is_block())) {
      const Value value = Constant(attribute, Type::String());
      if (value.kind() == eval::Kind::kString) out.name = value.as_string();
    } else if ((name == "type" && out.kind == Kind::kAttribute) ||
               (name == "element_type" && out.kind == Kind::kBlockAttrs)) {
      out.type = eval::ParseType(attribute.value, sink_).value_or(Type::Any());
    } else if (name == "required" &&
               (out.kind == Kind::kAttribute || out.kind == Kind::kBlock ||
                out.kind == Kind::kBlockAttrs)) {
      const Value value = Constant(attribute, Type::Bool());
      out.required = value.kind() == eval::Kind::kBool && value.as_bool();
    } else if (counts && (name == "min_items" || name == "max_items")) {
      const Value value = Constant(attribute, Type::OfNumber());
      (name == "min_items" ? out.least : out.most) =
          value.as_integer().value_or(0);
    } else if (name == "labels" && out.kind == Kind::kBlockMap) {
      const Value value = Constant(attribute, Type::List(Type::String()));
      if (!value.is_sequence()) return true;
      for (const Value& label : value.elements()) {
        if (label.kind() == eval::Kind::kString) {
          out.labels.push_back(label.as_string());
        }
      }
    } else if (name == "value" && out.kind == Kind::kLiteral) {
      out.literal = Constant(attribute.value);
    } else {
      return false;
    }
    return true;
  }

  void Check(const syntax::Block& block, Spec& out) {
    const bool one = out.is_block() && out.kind != Kind::kBlockAttrs;
    if (one && out.children.size() != 1) {
      Say(block.header_span, "missing spec block",
          "a block spec has exactly one spec in it");
      out.children.resize(1);
    }
    if (out.kind == Kind::kDefault && out.children.empty()) {
      Say(block.header_span, "missing spec block",
          "a default spec has at least one spec in it");
      out.children.resize(1);
    }
    if (out.name.empty() && (out.is_block() || out.kind == Kind::kAttribute)) {
      Say(block.header_span, "missing name in spec");
    }
    if (out.kind == Kind::kBlockMap && out.labels.empty()) {
      Say(block.header_span, "a block_map has at least one label");
    }
    if (out.kind == Kind::kLiteral && out.literal.is_invalid()) {
      out.literal = Value::Null(block.span);
    }
  }

  std::vector<Problem>& problems_;
  diag::Sink& sink_;
};

Type NestedInMaps(const Spec& spec) {
  Type out = ImpliedType(spec.children[0]);
  for (size_t i = 0; i < spec.labels.size(); ++i) out = Type::Map(out);
  return out;
}

}  // namespace

bool Spec::is_block() const {
  return kind == Kind::kBlock || kind == Kind::kBlockList ||
         kind == Kind::kBlockSet || kind == Kind::kBlockMap ||
         kind == Kind::kBlockAttrs;
}

SpecFile ReadSpec(const syntax::Ast& ast, std::vector<Problem>& problems,
                  diag::Sink& sink) {
  return SpecReader(problems, sink).File(ast);
}

Type ImpliedType(const Spec& spec) {
  switch (spec.kind) {
    case Kind::kObject: {
      std::vector<Type::Attribute> attributes;
      for (size_t i = 0; i < spec.children.size(); ++i) {
        attributes.push_back({spec.keys[i], ImpliedType(spec.children[i])});
      }
      return Type::Object(std::move(attributes));
    }
    case Kind::kArray: {
      std::vector<Type> types;
      for (const Spec& child : spec.children) {
        types.push_back(ImpliedType(child));
      }
      return Type::Tuple(std::move(types));
    }
    case Kind::kLiteral:
      return TypeOf(spec.literal);
    case Kind::kAttribute:
      return spec.type;
    case Kind::kBlock:
    case Kind::kDefault:
      return ImpliedType(spec.children[0]);
    case Kind::kBlockList:
      return Type::List(ImpliedType(spec.children[0]));
    case Kind::kBlockSet:
      return Type::Set(ImpliedType(spec.children[0]));
    case Kind::kBlockMap:
      return NestedInMaps(spec);
    case Kind::kBlockAttrs:
      return Type::Map(spec.type);
  }
  return Type::Any();
}

}  // namespace pol::hcldec
