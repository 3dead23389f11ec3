#include "compiler/sema/scope.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

using diag::Cat;
using eval::Value;
using syntax::Traversal;

namespace {

constexpr std::string_view kRoots[] = {
    "local",    "var",      "module", "identity", "identity_set",
    "workload", "endpoint", "host",   "policy",   "trust_domain"};

const std::string* StepName(const Traversal& traversal, size_t step) {
  if (traversal.steps.size() <= step) return nullptr;
  return std::get_if<std::string>(&traversal.steps[step].key);
}

std::optional<Constant> ConstantOfRoot(std::string_view root) {
  if (root == "local") return Constant::kLocal;
  if (root == "var") return Constant::kVariable;
  return std::nullopt;
}

template <typename Map>
auto FindIn(const Map& map, std::string_view name)
    -> std::optional<typename Map::mapped_type> {
  const auto found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

}  // namespace

const std::string* Scope::NameOf(const Traversal& traversal, size_t step) {
  const std::string* name = StepName(traversal, step);
  if (name == nullptr) {
    names_.sink()
        .Report(kWrongReference, traversal.root_span,
                Cat("`", traversal.root, "` alone names nothing"))
        .Help(Cat("write `", traversal.root, ".name`"));
  }
  return name;
}

Value Scope::Lookup(const Traversal& traversal, Span span, size_t& used,
                    diag::Sink&) {
  used = traversal.steps.size();
  if (const auto constant = ConstantOfRoot(traversal.root)) {
    const std::string* name = NameOf(traversal);
    if (name == nullptr) return Value::Invalid(span);
    const auto node = names_.FindConstant(instance_, *constant, *name,
                                          traversal.steps[0].span);
    if (!node.has_value()) return Value::Invalid(span);
    used = 1;
    return names_.nodes[*node].value;
  }
  if (traversal.root == "module") return LookupModule(traversal, span, used);
  if (const auto noun = NounOf(traversal.root)) {
    return LookupNoun(traversal, *noun, span, used);
  }
  return ReportRoot(traversal, span);
}

Value Scope::LookupNoun(const Traversal& traversal, Noun noun, Span span,
                        size_t& used) {
  const std::string* name = NameOf(traversal);
  if (name == nullptr) return Value::Invalid(span);
  const auto declaration = names_.FindNoun(instance_, noun, traversal.root,
                                           *name, traversal.steps[0].span);
  if (!declaration.has_value()) return Value::Invalid(span);
  used = 1;
  return Value::Of(
      eval::Reference{*declaration, Cat(traversal.root, ".", *name)}, span);
}

Value Scope::LookupModule(const Traversal& traversal, Span span, size_t& used) {
  const std::string* call = NameOf(traversal);
  if (call == nullptr) return Value::Invalid(span);
  const auto called =
      names_.FindCall(instance_, *call, traversal.steps[0].span);
  if (!called.has_value()) return Value::Invalid(span);
  if (traversal.steps.size() > 1) {
    const std::string* output = NameOf(traversal, 1);
    if (output == nullptr) return Value::Invalid(span);
    const auto node = names_.FindConstant(*called, Constant::kOutput, *output,
                                          traversal.steps[1].span);
    if (!node.has_value()) return Value::Invalid(span);
    used = 2;
    return names_.nodes[*node].value;
  }
  std::vector<eval::Item> items;
  const auto& outputs = names_.instances[*called]
                            .constants[static_cast<size_t>(Constant::kOutput)];
  for (const auto& [name, node] : outputs) {
    items.push_back(
        {std::string(name), names_.nodes[node].span, names_.nodes[node].value});
  }
  used = 1;
  return Value::Object(std::move(items), span);
}

Value Scope::ReportRoot(const Traversal& traversal, Span span) {
  auto& diagnostic =
      names_.sink().Report(kUnknownName, traversal.root_span,
                           Cat("unknown name `", traversal.root, "`"));
  const auto nearest = diag::Nearest(traversal.root, kRoots);
  if (nearest.has_value()) {
    diagnostic.Suggest(Cat("did you mean `", *nearest, "`?"),
                       {{traversal.root_span, std::string(*nearest)}},
                       diag::Certainty::kPossible);
  } else if (traversal.steps.empty()) {
    diagnostic.Suggest("text stands in double quotes",
                       {{traversal.root_span, Cat("\"", traversal.root, "\"")}},
                       diag::Certainty::kPossible);
  } else {
    diagnostic.Help(
        "names begin with `local.`, `var.`, `module.` or the block that "
        "declares them, as in `workload.pg`");
  }
  return Value::Invalid(span);
}

const eval::UserFunction* Scope::FindFunction(std::string_view name) {
  const auto known = functions_.find(name);
  if (known != functions_.end()) return &known->second;
  const auto number =
      FindIn(names_.instances[instance_]
                 .constants[static_cast<size_t>(Constant::kFunction)],
             name);
  if (!number.has_value()) return nullptr;
  const Node& node = names_.nodes[*number];
  // What would never end is reported once, where it is declared.
  static const auto& invalid = *new syntax::Expression();
  eval::UserFunction function;
  function.name = node.name;
  function.span = node.span;
  function.parameters = {node.parameters.begin(), node.parameters.end()};
  function.result =
      node.cyclic || node.expression == nullptr ? &invalid : node.expression;
  function.environment = this;
  return &functions_.emplace(node.name, std::move(function)).first->second;
}

std::vector<std::string_view> Scope::FunctionNames() {
  std::vector<std::string_view> known;
  for (const auto& [name, node] :
       names_.instances[instance_]
           .constants[static_cast<size_t>(Constant::kFunction)]) {
    known.push_back(name);
  }
  return known;
}

void ForEachNode(const Names& names, InstanceNumber instance,
                 const Mention& mention,
                 const std::function<void(NodeNumber)>& visit) {
  const Instance& here = names.instances[instance];
  auto constants = [](const Instance& of, Constant kind) -> const auto& {
    return of.constants[static_cast<size_t>(kind)];
  };
  auto visit_one = [&](const Instance& of, Constant kind,
                       std::string_view name) {
    const auto node = FindIn(constants(of, kind), name);
    if (node.has_value()) visit(*node);
  };
  if (mention.call != nullptr) {
    return visit_one(here, Constant::kFunction, mention.call->name);
  }
  const Traversal& traversal = *mention.traversal;
  const std::string* name = StepName(traversal, 0);
  if (name == nullptr) return;
  if (const auto constant = ConstantOfRoot(traversal.root)) {
    return visit_one(here, *constant, *name);
  }
  if (traversal.root != "module") return;
  const auto called = FindIn(here.calls, *name);
  if (!called.has_value()) return;
  const Instance& there = names.instances[*called];
  if (const std::string* output = StepName(traversal, 1)) {
    return visit_one(there, Constant::kOutput, *output);
  }
  for (const auto& [output, node] : constants(there, Constant::kOutput)) {
    visit(node);
  }
}

}  // namespace pol::sema
