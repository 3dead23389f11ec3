#include "compiler/sema/constants.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/evaluate.h"
#include "compiler/eval/type.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/mentions.h"

namespace pol::sema {
namespace {

using diag::Cat;
using eval::Value;
using syntax::Attribute;
using syntax::Block;
using syntax::Expression;

std::string NameOf(const Names& names, const Node& node) {
  constexpr std::string_view kPrefix[] = {"local.", "var.", "output ",
                                          "function "};
  const std::string& path = names.instances[node.instance].path;
  return Cat(path.empty() ? "" : "module.", path, path.empty() ? "" : ".",
             kPrefix[static_cast<size_t>(node.kind)], node.name);
}

class Evaluation {
 public:
  Evaluation(Names& names, std::deque<Scope>& scopes, eval::Budget& budget)
      : names_(names),
        scopes_(scopes),
        budget_(budget),
        state_(names.nodes.size()) {}

  // Depth first with a stack of its own: a chain of constants may be longer
  // than ours.
  void Run() {
    std::vector<NodeNumber> order(names_.nodes.size());
    for (NodeNumber i = 0; i < order.size(); ++i) order[i] = i;
    // In source order, so that a cycle is told from its first constant.
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
      return names_.nodes[a].span < names_.nodes[b].span;
    });
    for (NodeNumber start : order) {
      if (state_[start] == State::kNew) Visit(start);
    }
  }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };
  struct Open {
    NodeNumber node;
    std::vector<NodeNumber> needs;
    size_t next = 0;
  };

  void Visit(NodeNumber start) {
    auto enter = [&](NodeNumber node) {
      state_[node] = State::kOpen;
      stack_.push_back({node, Needs(node)});
    };
    enter(start);
    while (!stack_.empty()) {
      Open& open = stack_.back();
      if (open.next == open.needs.size()) {
        Evaluate(names_.nodes[open.node]);
        state_[open.node] = State::kDone;
        stack_.pop_back();
        continue;
      }
      const NodeNumber need = open.needs[open.next++];
      if (state_[need] == State::kOpen) ReportCycle(need);
      if (state_[need] == State::kNew) enter(need);
    }
  }

  std::vector<NodeNumber> Needs(NodeNumber number) {
    const Node& node = names_.nodes[number];
    std::vector<NodeNumber> needs;
    auto add = [&](const Expression* expression, InstanceNumber instance) {
      if (expression == nullptr) return;
      ForEachMention(*expression, node.parameters, [&](const Mention& mention) {
        ForEachNode(names_, instance, mention,
                    [&](NodeNumber need) { needs.push_back(need); });
      });
    };
    add(node.expression, node.instance);
    add(node.input, node.input_instance);
    if (node.kind == Constant::kVariable) {
      for (const Block& block : node.block->body.blocks) {
        for (const Attribute& attribute : block.body.attributes) {
          add(&attribute.value, node.instance);
        }
      }
      // A condition is about the variable itself.
      needs.erase(std::remove(needs.begin(), needs.end(), number), needs.end());
    }
    return needs;
  }

  void ReportCycle(NodeNumber again) {
    const auto begin =
        std::find_if(stack_.begin(), stack_.end(),
                     [&](const Open& open) { return open.node == again; });
    constexpr auto kShown = 8;
    std::string shown;
    for (auto at = begin; at != stack_.end(); ++at) {
      Node& node = names_.nodes[at->node];
      node.cyclic = true;
      const auto index = at - begin;
      if (index < kShown) shown += Cat(NameOf(names_, node), " → ");
      if (index == kShown) shown += "… → ";
    }
    const Node& node = names_.nodes[again];
    names_.sink()
        .Report(kCycle, node.span,
                Cat("`", NameOf(names_, node), "` is defined by itself"))
        .Note(Cat("the way round: ", shown, NameOf(names_, node)));
  }

  Value At(const Expression& expression, InstanceNumber instance) {
    return eval::Evaluate(expression, scopes_[instance], budget_,
                          names_.sink());
  }

  void Evaluate(Node& node) {
    if (node.cyclic) return;
    switch (node.kind) {
      case Constant::kFunction:
        return;
      case Constant::kVariable:
        return EvaluateVariable(node);
      default:
        if (node.expression != nullptr) {
          node.value = At(*node.expression, node.instance);
        }
    }
  }

  // The value given from outside; nothing when none is.
  std::optional<Value> Given(const Node& node, const eval::Type* type) {
    if (node.input != nullptr) return At(*node.input, node.input_instance);
    if (node.outside == nullptr) return std::nullopt;
    const VariableInput& input = *node.outside;
    const bool text = type == nullptr ||
                      type->kind() == eval::Type::Kind::kAny ||
                      type->kind() == eval::Type::Kind::kString;
    if (input.expression == nullptr || (input.from_command_line && text)) {
      return Value::String(input.text, input.span);
    }
    eval::NoNames no_names;
    return eval::Evaluate(*input.expression, no_names, budget_, names_.sink());
  }

  void EvaluateVariable(Node& node) {
    const Attribute* type_attribute = FindAttribute(node.block->body, "type");
    std::optional<eval::Type> type;
    if (type_attribute != nullptr) {
      type = eval::ParseType(type_attribute->value, names_.sink());
      if (!type.has_value()) return;
    }
    std::optional<Value> value =
        Given(node, type.has_value() ? &*type : nullptr);
    if (value.has_value() && value->is_null() && !Nullable(node)) {
      value.reset();
    }
    if (!value.has_value() && node.expression != nullptr) {
      value = At(*node.expression, node.instance);
    }
    if (!value.has_value()) return ReportNotSet(node);
    if (type.has_value() && !value->is_invalid()) {
      value = eval::Convert(*value, *type, Cat("variable `", node.name, "`"),
                            names_.sink());
    }
    node.value = *std::move(value);
    if (!node.value.is_tainted()) Validate(node);
  }

  bool Nullable(const Node& node) {
    const Attribute* attribute = FindAttribute(node.block->body, "nullable");
    if (attribute == nullptr) return true;
    const bool* nullable = std::get_if<bool>(&attribute->value.value);
    if (nullable == nullptr &&
        !std::holds_alternative<syntax::Invalid>(attribute->value.value)) {
      names_.sink().Report(kWrongType, attribute->value.span,
                           "expected true or false, written out");
    }
    return nullable == nullptr || *nullable;
  }

  void ReportNotSet(const Node& node) {
    const Instance& instance = names_.instances[node.instance];
    if (instance.call == nullptr) {
      names_.sink()
          .Report(kNotSet, node.span,
                  Cat("variable `", node.name, "` has no value"))
          .Help(Cat("give it a `default`, or a value with `--var ", node.name,
                    "=…` or in a `.polvars` file"));
      return;
    }
    names_.sink()
        .Report(kNotSet, instance.call->header_span,
                Cat("module `", instance.call->labels[0].text, "` needs `",
                    node.name, "`"))
        .Also(node.span, "a variable without a default");
  }

  void Validate(const Node& node) {
    for (const Block& block : node.block->body.blocks) {
      if (block.type != "validation") continue;
      const Attribute* condition = FindAttribute(block.body, "condition");
      const Attribute* message = FindAttribute(block.body, "error_message");
      if (condition == nullptr || message == nullptr) continue;
      const Value holds = At(condition->value, node.instance);
      if (holds.is_invalid()) continue;
      if (holds.kind() != eval::Kind::kBool) {
        names_.sink().Report(
            kWrongType, condition->value.span,
            Cat("expected true or false, found ", Describe(holds.kind())));
        continue;
      }
      if (holds.as_bool()) continue;
      const Value text = At(message->value, node.instance);
      if (text.kind() != eval::Kind::kString) continue;
      names_.sink()
          .Report(kNotValid, node.value.span(),
                  Cat("variable `", node.name,
                      "` has a value that is not valid: ", text.as_string()))
          .Also(condition->value.span, "this is false");
    }
  }

  Names& names_;
  std::deque<Scope>& scopes_;
  eval::Budget& budget_;
  std::vector<State> state_;
  std::vector<Open> stack_;
};

// Variables get what their callers and the world give them.
class Inputs {
 public:
  explicit Inputs(Names& names) : names_(names) {}

  void Run() {
    for (InstanceNumber i = 1; i < names_.instances.size(); ++i) FromCaller(i);
    for (const VariableInput& input : names_.tree().inputs) {
      Node* node = Find(0, input.name, input.span);
      if (node != nullptr) node->outside = &input;
    }
  }

 private:
  void FromCaller(InstanceNumber number) {
    const Instance& instance = names_.instances[number];
    for (const Attribute& attribute : instance.call->body.attributes) {
      if (attribute.name == "source" || attribute.name == "digest") continue;
      // What stands there was no attribute, and the parser has said so.
      if (attribute.span == attribute.name_span) continue;
      Node* node = Find(number, attribute.name, attribute.name_span);
      if (node == nullptr) continue;
      node->input = &attribute.value;
      node->input_instance = instance.caller;
    }
  }

  Node* Find(InstanceNumber instance, std::string_view name, Span span) {
    const auto node =
        names_.FindConstant(instance, Constant::kVariable, name, span);
    return node.has_value() ? &names_.nodes[*node] : nullptr;
  }

  Names& names_;
};

// Which nodes and declarations the text of a source mentions.
class Usage {
 public:
  explicit Usage(const Names& names)
      : names_(names),
        nodes_(names.nodes.size()),
        declarations_(names.declarations.size()) {}

  void Look(InstanceNumber instance, const syntax::Body& body,
            std::string_view owner_label) {
    for (const Attribute& attribute : body.attributes) {
      ForEachMention(attribute.value, {}, [&](const Mention& mention) {
        Note(instance, mention, owner_label);
      });
    }
    for (const Block& block : body.blocks) {
      // A variable's own conditions are no use of it.
      const bool own = block.type == "variable" && !block.labels.empty();
      Look(instance, block.body, own ? block.labels[0].text : owner_label);
    }
  }

  bool Uses(NodeNumber node) const { return nodes_[node]; }
  bool UsesDeclaration(DeclarationNumber number) const {
    return declarations_[number];
  }

 private:
  void Note(InstanceNumber instance, const Mention& mention,
            std::string_view owner_label) {
    ForEachNode(names_, instance, mention, [&](NodeNumber node) {
      const bool own = names_.nodes[node].kind == Constant::kVariable &&
                       names_.nodes[node].name == owner_label;
      if (!own) nodes_[node] = true;
    });
    if (mention.traversal == nullptr || mention.traversal->steps.empty()) {
      return;
    }
    const auto noun = NounOf(mention.traversal->root);
    const auto* name =
        std::get_if<std::string>(&mention.traversal->steps[0].key);
    if (!noun.has_value() || name == nullptr) return;
    const auto& known =
        names_.instances[instance].nouns[static_cast<size_t>(*noun)];
    const auto found = known.find(*name);
    if (found != known.end()) declarations_[found->second] = true;
  }

  const Names& names_;
  std::vector<bool> nodes_;
  std::vector<bool> declarations_;
};

// Constants alone are a part of something that is not here.
bool IsFragment(const ModuleSource& source) {
  constexpr std::string_view kConstants[] = {"language", "locals", "variable",
                                             "function"};
  for (const syntax::Ast& file : source.files) {
    for (const Block& block : file.body.blocks) {
      if (std::find(std::begin(kConstants), std::end(kConstants), block.type) ==
          std::end(kConstants)) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

void EvaluateConstants(Names& names, std::deque<Scope>& scopes,
                       eval::Budget& budget) {
  Inputs(names).Run();
  Evaluation(names, scopes, budget).Run();
}

void ReportUnused(Names& names) {
  std::vector<bool> is_fragment;
  for (const Instance& instance : names.instances) {
    is_fragment.push_back(IsFragment(names.tree().sources[instance.source]));
  }
  Usage usage(names);
  for (InstanceNumber i = 0; i < names.instances.size(); ++i) {
    if (!names.instances[i].first) continue;
    for (const syntax::Ast& file :
         names.tree().sources[names.instances[i].source].files) {
      usage.Look(i, file.body, {});
    }
  }
  constexpr std::string_view kWhat[] = {"local", "variable", "output",
                                        "function"};
  for (NodeNumber i = 0; i < names.nodes.size(); ++i) {
    const Node& node = names.nodes[i];
    if (usage.Uses(i) || node.kind == Constant::kOutput ||
        !names.instances[node.instance].first || is_fragment[node.instance]) {
      continue;
    }
    names.sink().Report(kUnusedConstant, node.span,
                        Cat(kWhat[static_cast<size_t>(node.kind)], " `",
                            node.name, "` is never used"));
  }
  for (DeclarationNumber i = 0; i < names.declarations.size(); ++i) {
    const Declaration& declaration = names.declarations[i];
    if (declaration.noun != Noun::kIdentitySet || usage.UsesDeclaration(i) ||
        !names.instances[declaration.instance].first) {
      continue;
    }
    names.sink().Report(
        kUnusedIdentity, declaration.span,
        Cat("identity set `", declaration.name, "` is never used"));
  }
}

}  // namespace pol::sema
