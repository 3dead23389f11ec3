#include "compiler/sema/names.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/diag/render.h"
#include "compiler/sema/check_names.h"
#include "compiler/sema/diagnostics.h"
#include "compiler/sema/functions.h"

namespace pol::sema {

using diag::Cat;
using diag::Certainty;
using syntax::Attribute;
using syntax::Block;

namespace {

constexpr std::string_view kConstantNames[] = {"local", "variable", "output",
                                               "function"};

std::optional<Constant> ConstantOf(std::string_view type) {
  if (type == "variable") return Constant::kVariable;
  if (type == "output") return Constant::kOutput;
  if (type == "function") return Constant::kFunction;
  return std::nullopt;
}

}  // namespace

std::optional<Noun> NounOf(std::string_view root) {
  if (root == "identity") return Noun::kIdentity;
  if (root == "identity_set") return Noun::kIdentitySet;
  if (root == "trust_domain") return Noun::kTrustDomain;
  if (root == "workload") return Noun::kWorkload;
  if (root == "endpoint" || root == "host") return Noun::kEndpoint;
  if (root == "policy") return Noun::kPolicy;
  return std::nullopt;
}

Names::Names(const ModuleTree& tree, const support::SourceSet& sources,
             diag::Sink& sink)
    : tree_(tree),
      sources_(sources),
      sink_(sink),
      source_seen_(tree.sources.size()) {
  AddInstance(0, "", nullptr, 0);
  for (InstanceNumber number = 0; number < instances.size(); ++number) {
    const ModuleSource& source = tree.sources[instances[number].source];
    for (const syntax::Ast& file : source.files) {
      for (const Block& block : file.body.blocks) Declare(number, block);
    }
    AddCalls(number);
  }
}

void Names::AddInstance(size_t source, std::string path, const Block* call,
                        InstanceNumber caller) {
  Instance instance;
  instance.source = source;
  instance.path = std::move(path);
  instance.call = call;
  instance.caller = caller;
  instance.first = !source_seen_[source];
  source_seen_[source] = true;
  instances.push_back(std::move(instance));
}

std::string Names::Qualified(InstanceNumber instance,
                             std::string_view name) const {
  const std::string& path = instances[instance].path;
  return path.empty() ? std::string(name) : Cat(path, ".", name);
}

bool Names::CheckLabel(const Block& block) {
  if (block.labels.empty() || block.labels[0].broken) return false;
  return CheckName(block.labels[0].text, block.labels[0].span, block.type,
                   sink_);
}

void Names::Declare(InstanceNumber number, const Block& block) {
  if (block.type == "locals") return DeclareLocals(number, block);
  if (const auto constant = ConstantOf(block.type)) {
    return DeclareConstant(number, *constant, block);
  }
  const auto noun = NounOf(block.type);
  if (noun.has_value()) DeclareNoun(number, *noun, block);
}

void Names::DeclareNoun(InstanceNumber number, Noun noun, const Block& block) {
  if (!CheckLabel(block)) return;
  const syntax::Label& label = block.labels[0];
  const auto [first, is_first] =
      instances[number].nouns[static_cast<size_t>(noun)].emplace(
          label.text, static_cast<DeclarationNumber>(declarations.size()));
  if (!is_first) {
    sink_
        .Report(kDuplicateName, label.span,
                Cat(block.type, " `", label.text, "` is declared twice"))
        .Also(declarations[first->second].span, "first declared here");
    return;
  }
  declarations.push_back(
      {noun, number, Qualified(number, label.text), label.span, {}, false});
}

void Names::AddNode(InstanceNumber number, Node node, std::string_view what) {
  node.instance = number;
  auto& names = instances[number].constants[static_cast<size_t>(node.kind)];
  const auto [first, is_first] =
      names.emplace(node.name, static_cast<NodeNumber>(nodes.size()));
  if (!is_first) {
    sink_
        .Report(kDuplicateName, node.span,
                Cat(what, " `", node.name, "` is declared twice"))
        .Also(nodes[first->second].span, "first declared here");
    return;
  }
  nodes.push_back(std::move(node));
}

void Names::DeclareLocals(InstanceNumber number, const Block& block) {
  std::set<std::string_view> here;
  for (const Attribute& attribute : block.body.attributes) {
    // Twice in one block is told as what it is, an attribute written twice.
    if (!here.insert(attribute.name).second ||
        !CheckName(attribute.name, attribute.name_span, "local", sink_)) {
      continue;
    }
    Node node;
    node.kind = Constant::kLocal;
    node.name = attribute.name;
    node.span = attribute.name_span;
    node.expression = &attribute.value;
    AddNode(number, std::move(node), "local");
  }
}

void Names::DeclareConstant(InstanceNumber number, Constant kind,
                            const Block& block) {
  if (!CheckLabel(block)) return;
  Node node;
  node.kind = kind;
  node.name = block.labels[0].text;
  node.span = block.labels[0].span;
  node.block = &block;
  const char* const value = kind == Constant::kVariable   ? "default"
                            : kind == Constant::kFunction ? "result"
                                                          : "value";
  const Attribute* attribute = FindAttribute(block.body, value);
  if (attribute != nullptr) node.expression = &attribute->value;
  const Attribute* parameters = kind == Constant::kFunction
                                    ? FindAttribute(block.body, "params")
                                    : nullptr;
  if (parameters != nullptr) {
    node.parameters = ReadParameters(parameters->value, sink_);
  }
  AddNode(number, std::move(node), block.type);
}

void Names::AddCalls(InstanceNumber number) {
  const ModuleSource& source = tree_.sources[instances[number].source];
  auto loaded = [&](const Block& call) -> const ModuleSource::Child* {
    for (const ModuleSource::Child& child : source.children) {
      if (child.call == &call) return &child;
    }
    return nullptr;
  };
  absl::flat_hash_map<std::string_view, Span> seen;
  for (const syntax::Ast& file : source.files) {
    for (const Block& block : file.body.blocks) {
      if (block.type != "module" || !CheckLabel(block)) continue;
      const syntax::Label& label = block.labels[0];
      const auto [first, is_first] = seen.emplace(label.text, label.span);
      if (!is_first) {
        sink_
            .Report(kDuplicateName, label.span,
                    Cat("module `", label.text, "` is declared twice"))
            .Also(first->second, "first declared here");
        continue;
      }
      const ModuleSource::Child* child = loaded(block);
      if (child == nullptr || instances.size() >= kInstanceLimit) {
        if (child != nullptr) {
          sink_.Report(
              kTooManyInstances, label.span,
              Cat("modules are called more than ", kInstanceLimit, " times"));
        }
        instances[number].lost_calls.push_back(label.text);
        continue;
      }
      instances[number].calls.emplace(
          label.text, static_cast<InstanceNumber>(instances.size()));
      AddInstance(child->source, Qualified(number, label.text), &block, number);
    }
  }
}

template <typename Map, typename SpanOf>
void Names::ReportUnknown(std::string_view what, std::string_view name,
                          Span span, const Map& known, SpanOf span_of) {
  auto& diagnostic =
      sink_.Report(kUnknownName, span, Cat("unknown ", what, " `", name, "`"))
          .Mark("not declared in this module");
  if (--suggestions_left_ < 0) return;
  std::vector<std::string_view> names;
  for (const auto& entry : known) names.push_back(entry.first);
  const auto nearest = diag::Nearest(name, names);
  if (!nearest.has_value()) return;
  const Span declared = span_of(known.find(*nearest)->second);
  diagnostic.Suggest(Cat("did you mean `", *nearest, "`? declared at ",
                         diag::Place(sources_, declared)),
                     {{span, std::string(*nearest)}}, Certainty::kPossible);
}

std::optional<DeclarationNumber> Names::FindNoun(InstanceNumber instance,
                                                 Noun noun,
                                                 std::string_view root,
                                                 std::string_view name,
                                                 Span span) {
  const auto& known = instances[instance].nouns[static_cast<size_t>(noun)];
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  ReportUnknown(root, name, span, known, [&](DeclarationNumber number) {
    return declarations[number].span;
  });
  return std::nullopt;
}

std::optional<NodeNumber> Names::FindConstant(InstanceNumber instance,
                                              Constant kind,
                                              std::string_view name,
                                              Span span) {
  const auto& known = instances[instance].constants[static_cast<size_t>(kind)];
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  ReportUnknown(kConstantNames[static_cast<size_t>(kind)], name, span, known,
                [&](NodeNumber number) { return nodes[number].span; });
  return std::nullopt;
}

std::optional<InstanceNumber> Names::FindCall(InstanceNumber instance,
                                              std::string_view name,
                                              Span span) {
  const Instance& here = instances[instance];
  const auto found = here.calls.find(name);
  if (found != here.calls.end()) return found->second;
  const auto& lost = here.lost_calls;
  if (std::find(lost.begin(), lost.end(), name) != lost.end()) {
    return std::nullopt;
  }
  ReportUnknown("module", name, span, here.calls, [&](InstanceNumber called) {
    return instances[called].call->labels[0].span;
  });
  return std::nullopt;
}

std::optional<DeclarationNumber> Names::Of(InstanceNumber instance, Noun noun,
                                           const Block& block) const {
  if (block.labels.empty()) return std::nullopt;
  const auto& known = instances[instance].nouns[static_cast<size_t>(noun)];
  const auto found = known.find(block.labels[0].text);
  if (found == known.end() ||
      declarations[found->second].span != block.labels[0].span) {
    return std::nullopt;
  }
  return found->second;
}

}  // namespace pol::sema
