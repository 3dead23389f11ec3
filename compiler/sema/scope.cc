#include "compiler/sema/scope.h"

#include <algorithm>
#include <variant>

#include "compiler/diag/cat.h"
#include "compiler/diag/nearest.h"
#include "compiler/diag/render.h"
#include "compiler/sema/diagnostics.h"

namespace pol::sema {

using diag::Cat;
using diag::Certainty;
using support::Span;
using syntax::Attribute;
using syntax::Block;
using syntax::Expression;
using syntax::Traversal;

namespace {

// Constants may lead to constants so many times.
constexpr int kHopLimit = 1000;

Span SpanOf(Span span) { return span; }
template <typename T>
Span SpanOf(const T& local) {
  return local.attribute->name_span;
}

bool IsName(std::string_view text) {
  if (text.empty()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7F;
  });
}

const std::string* NameStep(const Traversal& traversal) {
  if (traversal.steps.empty()) return nullptr;
  return std::get_if<std::string>(&traversal.steps[0].key);
}

void Collect(const Expression& expression,
             std::vector<const Traversal*>& mentions) {
  if (const auto* traversal = std::get_if<Traversal>(&expression.value)) {
    mentions.push_back(traversal);
  } else if (const auto* list = std::get_if<syntax::List>(&expression.value)) {
    for (const Expression& element : list->elements) {
      Collect(element, mentions);
    }
  } else if (const auto* object =
                 std::get_if<syntax::Object>(&expression.value)) {
    for (const syntax::ObjectItem& item : object->items) {
      Collect(item.value, mentions);
    }
  }
}

}  // namespace

std::vector<const Traversal*> Mentions(const Expression& expression) {
  std::vector<const Traversal*> mentions;
  Collect(expression, mentions);
  return mentions;
}

std::optional<Noun> Scope::NounOf(std::string_view root) {
  if (root == "identity") return Noun::kIdentity;
  if (root == "workload") return Noun::kWorkload;
  if (root == "endpoint" || root == "host") return Noun::kEndpoint;
  return std::nullopt;
}

bool Scope::Declare(Noun noun, const Block& block) {
  if (block.labels.empty() || block.labels[0].broken) return false;
  const syntax::Label& label = block.labels[0];
  if (!IsName(label.text)) {
    sink_.Report(kBadName, label.span,
                 label.text.empty()
                     ? Cat("the name of a ", block.type, " is empty")
                     : "a name holds no control characters");
    return false;
  }
  const auto [first, is_first] =
      names_[static_cast<int>(noun)].emplace(label.text, label.span);
  if (is_first) return true;
  sink_
      .Report(kDuplicateName, label.span,
              Cat(block.type, " `", label.text, "` is declared twice"))
      .Also(first->second, "first declared here");
  return false;
}

void Scope::DeclareLocal(const Attribute& attribute) {
  const auto [first, is_first] =
      locals_.emplace(attribute.name, Local{&attribute});
  if (is_first) return;
  sink_
      .Report(kDuplicateName, attribute.name_span,
              Cat("local `", attribute.name, "` is declared twice"))
      .Also(first->second.attribute->name_span, "first declared here");
}

template <typename Map>
void Scope::ReportUnknown(const Traversal& traversal, std::string_view written,
                          Span span, const Map& known) {
  auto& diagnostic =
      sink_
          .Report(kUnknownName, span,
                  Cat("unknown ", traversal.root, " `", written, "`"))
          .Mark("not declared in this module");
  if (--suggestions_left_ < 0) return;
  std::vector<std::string_view> names;
  for (const auto& entry : known) names.push_back(entry.first);
  const auto nearest = diag::Nearest(written, names);
  if (!nearest.has_value()) return;
  const auto declared = known.find(*nearest);
  diagnostic.Suggest(Cat("did you mean `", *nearest, "`? declared at ",
                         diag::Place(sources_, SpanOf(declared->second))),
                     {{span, std::string(*nearest)}}, Certainty::kPossible);
}

bool Scope::Has(Noun noun, const Traversal& traversal) {
  const std::string* name = NameStep(traversal);
  const auto& known = names_[static_cast<int>(noun)];
  if (name == nullptr) return false;
  if (known.find(*name) != known.end()) return true;
  ReportUnknown(traversal, *name, traversal.steps[0].span, known);
  return false;
}

Scope::Local* Scope::FindLocal(const Traversal& traversal) {
  const std::string* name = NameStep(traversal);
  if (name == nullptr) {
    sink_
        .Report(kWrongReference, traversal.root_span,
                "`local` alone names no constant")
        .Help("write `local.name`");
    return nullptr;
  }
  auto at = locals_.find(*name);
  if (at != locals_.end()) return &at->second;
  ReportUnknown(traversal, *name, traversal.steps[0].span, locals_);
  return nullptr;
}

void Scope::CheckNames(const Expression& expression) {
  for (const Traversal* mention : Mentions(expression)) {
    if (mention->root == "local") {
      FindLocal(*mention);
    } else if (const auto noun = NounOf(mention->root)) {
      Has(*noun, *mention);
    }
  }
}

void Scope::CheckLocals() {
  // In source order, so that a cycle is told from its first constant.
  std::vector<Locals::value_type*> order;
  for (Locals::value_type& local : locals_) order.push_back(&local);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    return a->second.attribute->name_span < b->second.attribute->name_span;
  });
  for (Locals::value_type* local : order) {
    CheckNames(local->second.attribute->value);
    if (local->second.color == 0) FindCycles(*local);
  }
}

// Depth first with a stack of its own: a chain of constants may be longer than
// ours.
void Scope::FindCycles(Locals::value_type& start) {
  struct Visit {
    Locals::value_type* local;
    std::vector<const Traversal*> mentions;
    size_t next = 0;
  };
  std::vector<Visit> stack;
  auto enter = [&](Locals::value_type& local) {
    local.second.color = 1;
    stack.push_back({&local, Mentions(local.second.attribute->value)});
  };
  enter(start);
  while (!stack.empty()) {
    Visit& visit = stack.back();
    if (visit.next == visit.mentions.size()) {
      visit.local->second.color = 2;
      stack.pop_back();
      continue;
    }
    const Traversal& mention = *visit.mentions[visit.next++];
    const std::string* name = NameStep(mention);
    if (mention.root != "local" || name == nullptr) continue;
    const auto found = locals_.find(*name);
    if (found == locals_.end()) continue;
    if (found->second.color == 1) {
      std::vector<Locals::value_type*> path;
      for (const Visit& open : stack) path.push_back(open.local);
      ReportCycle(path, &*found);
    } else if (found->second.color == 0) {
      enter(*found);
    }
  }
}

void Scope::ReportCycle(const std::vector<Locals::value_type*>& path,
                        const Locals::value_type* again) {
  const auto begin = std::find(path.begin(), path.end(), again);
  constexpr auto kShown = 8;
  std::string shown;
  for (auto at = begin; at != path.end(); ++at) {
    (*at)->second.cyclic = true;
    const auto index = at - begin;
    if (index < kShown) shown += Cat("local.", (*at)->first, " → ");
    if (index == kShown) shown += "… → ";
  }
  sink_
      .Report(kCycle, again->second.attribute->name_span,
              Cat("local `", again->first, "` is defined by itself"))
      .Note(Cat("the way round: ", shown, "local.", again->first));
}

const Expression* Scope::Step(const Expression& whole,
                              const Traversal::Step& step) {
  if (std::holds_alternative<syntax::Invalid>(whole.value)) return nullptr;
  const auto* name = std::get_if<std::string>(&step.key);
  const auto* index = std::get_if<int64_t>(&step.key);
  if (const auto* object = std::get_if<syntax::Object>(&whole.value);
      object != nullptr && name != nullptr) {
    for (const syntax::ObjectItem& item : object->items) {
      const auto* key = std::get_if<std::string>(&item.key.value);
      if (key != nullptr && *key == *name) return &item.value;
    }
    sink_
        .Report(kUnknownName, step.span,
                Cat("this object has no key `", *name, "`"))
        .Also(whole.span, "the object");
    return nullptr;
  }
  if (const auto* list = std::get_if<syntax::List>(&whole.value);
      list != nullptr && index != nullptr) {
    if (*index >= 0 && static_cast<uint64_t>(*index) < list->elements.size()) {
      return &list->elements[static_cast<size_t>(*index)];
    }
    sink_
        .Report(kUnknownName, step.span,
                Cat("this list has no element ", *index, ", it has ",
                    list->elements.size()))
        .Also(whole.span, "the list");
    return nullptr;
  }
  sink_
      .Report(kWrongType, step.span,
              name != nullptr ? Cat("`", *name,
                                    "` is asked of a value that "
                                    "has no keys")
                              : Cat("element ", *index,
                                    " is asked of a value that is no list"))
      .Also(whole.span, "the value");
  return nullptr;
}

const Expression* Scope::Resolve(const Expression& expression) {
  const Expression* at = &expression;
  // What is still to be done to the value once it is found, last step first.
  std::vector<const Traversal::Step*> pending;
  for (int hops = 0; hops <= kHopLimit;) {
    const auto* traversal = std::get_if<Traversal>(&at->value);
    if (traversal != nullptr && traversal->root == "local") {
      const Local* local = FindLocal(*traversal);
      if (local == nullptr || local->cyclic) return nullptr;
      for (size_t i = traversal->steps.size(); i > 1; --i) {
        pending.push_back(&traversal->steps[i - 1]);
      }
      at = &local->attribute->value;
      ++hops;
      continue;
    }
    if (pending.empty()) {
      const bool known = !std::holds_alternative<syntax::Invalid>(at->value);
      return known ? at : nullptr;
    }
    at = Step(*at, *pending.back());
    if (at == nullptr) return nullptr;
    pending.pop_back();
  }
  sink_.Report(
      kCycle, expression.span,
      Cat("this constant leads through more than ", kHopLimit, " others"));
  return nullptr;
}

}  // namespace pol::sema
