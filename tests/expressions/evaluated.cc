#include "tests/expressions/evaluated.h"

#include <utility>

#include "absl/strings/str_split.h"
#include "compiler/diag/cat.h"
#include "compiler/eval/print.h"
#include "compiler/support/check.h"
#include "compiler/syntax/parse.h"

namespace pol::expressions {

using eval::Reference;
using eval::UserFunction;
using eval::Value;

namespace {

inline constexpr diag::Code kUnknown{2999, diag::Severity::kError, "unknown"};

// Takes "name(a, b)" apart.
UserFunction Declared(const std::string& head) {
  UserFunction out;
  const size_t open = head.find('(');
  out.name = head.substr(0, open);
  const std::string inside = head.substr(open + 1, head.size() - open - 2);
  for (const auto& name :
       absl::StrSplit(inside, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    out.parameters.emplace_back(name);
  }
  return out;
}

}  // namespace

const syntax::Expression& Expressions::Parse(std::string_view text,
                                             diag::Sink& sink) {
  const support::FileId file =
      sources_.Add("test.pol", diag::Cat("x = ", text, "\n"));
  trees_.push_back(syntax::Parse(file, sources_, sink));
  static const syntax::Expression kNone;
  const syntax::Body& body = trees_.back().body;
  return body.attributes.empty() ? kNone : body.attributes[0].value;
}

Value FakeEnvironment::Lookup(const syntax::Traversal& traversal, Span span,
                              size_t& used, diag::Sink& sink) {
  used = traversal.steps.size();
  const auto* name = traversal.steps.empty()
                         ? nullptr
                         : std::get_if<std::string>(&traversal.steps[0].key);
  if (name != nullptr && traversal.root == "workload") {
    used = 1;
    return Value::Of(
        Reference{static_cast<uint32_t>(name->size()), "workload." + *name},
        span);
  }
  if (name != nullptr && traversal.root == "local") {
    const auto found = locals.find(*name);
    if (found != locals.end()) {
      used = 1;
      return found->second;
    }
  }
  sink.Report(kUnknown, span, diag::Cat("unknown `", traversal.root, "`"));
  return Value::Invalid(span);
}

const UserFunction* FakeEnvironment::FindFunction(std::string_view name) {
  const auto found = functions.find(name);
  return found == functions.end() ? nullptr : &found->second;
}

std::vector<std::string_view> FakeEnvironment::FunctionNames() {
  std::vector<std::string_view> out;
  for (const auto& [name, function] : functions) out.push_back(name);
  return out;
}

std::string Outcome::Summary() const {
  if (diagnostics.empty()) return text;
  std::string out;
  for (const diag::Diagnostic& diagnostic : diagnostics) {
    if (!out.empty()) out += "; ";
    out += diagnostic.code->Name() + ": " + diagnostic.message;
  }
  return out;
}

Outcome Evaluated(std::string_view text, const Surroundings& around) {
  Expressions expressions;
  FakeEnvironment environment;
  eval::Budget budget(around.limits);
  diag::Sink sink;
  for (const auto& [name, local] : around.locals) {
    environment.locals[name] = eval::Evaluate(expressions.Parse(local, sink),
                                              environment, budget, sink);
  }
  for (const auto& [head, result] : around.functions) {
    UserFunction function = Declared(head);
    function.result = &expressions.Parse(result, sink);
    environment.functions[function.name] = function;
  }
  Outcome out;
  out.value = eval::Evaluate(expressions.Parse(text, sink), environment, budget,
                             sink, around.options);
  out.text = eval::Print(out.value);
  out.diagnostics = sink.Sorted();
  return out;
}

std::string Eval(std::string_view text, const Surroundings& around) {
  return Evaluated(text, around).Summary();
}

}  // namespace pol::expressions
