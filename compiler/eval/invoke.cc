// Calls: which function is meant, what its arguments are, what it gives.
#include <algorithm>
#include <utility>

#include "compiler/diag/nearest.h"
#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluator.h"

namespace pol::eval {

Value Evaluator::OfCall(const syntax::Call& call, Span span) {
  // The author's own come first, so that a function that a later version
  // brings does not change what a policy means.
  if (const UserFunction* user = environment_->FindFunction(call.name)) {
    return CallUser(*user, call, span);
  }
  const Function* function = FindFunction(call.name);
  if (function == nullptr) {
    UnknownFunction(call);
    SearchAll(call.arguments);
    return Value::Invalid(span);
  }
  if (function->implementation == nullptr) {
    return function->name == "try" ? Try(call, span) : Can(call, span);
  }
  return CallBuiltin(*function, call, span);
}

void Evaluator::UnknownFunction(const syntax::Call& call) {
  diag::Diagnostic& report =
      Report(kUnknownFunction, call.name_span,
             diag::Cat("there is no function `", call.name, "`"));
  const std::string_view why = WhyNoFunction(call.name);
  if (!why.empty()) {
    report.Help(std::string(why));
    return;
  }
  std::vector<std::string_view> known = environment_->FunctionNames();
  for (const Function& function : Functions()) known.push_back(function.name);
  if (const auto nearest = diag::Nearest(call.name, known)) {
    report.Help(diag::Cat("did you mean `", *nearest, "`?"))
        .Suggest(diag::Cat("call `", *nearest, "`"),
                 {{call.name_span, std::string(*nearest)}},
                 diag::Certainty::kPossible);
  }
}

bool Evaluator::Arguments(const syntax::Call& call, std::vector<Value>& out) {
  bool good = true;
  out.reserve(call.arguments.size());
  for (size_t i = 0; i < call.arguments.size(); ++i) {
    const Expression& argument = call.arguments[i];
    const Value value = Run(argument);
    good = good && !value.is_tainted();
    if (!call.expand || i + 1 < call.arguments.size()) {
      out.push_back(value);
    } else if (value.is_sequence()) {
      good = good &&
             budget_.Elements(value.elements().size(), argument.span, *sink_);
      if (!good) return false;
      out.insert(out.end(), value.elements().begin(), value.elements().end());
    } else if (!value.is_invalid()) {
      diag::Diagnostic& report =
          Report(value.is_null() ? kNullValue : kNotCollection, argument.span,
                 value.is_null()
                     ? std::string("`...` unrolls a list, this value is not "
                                   "set")
                     : diag::Cat("`...` unrolls a list, this is ",
                                 Describe(value.kind())));
      TellOrigin(report, argument.span, value);
      good = false;
    }
  }
  return good;
}

Value Evaluator::CallUser(const UserFunction& function,
                          const syntax::Call& call, Span span) {
  std::vector<Value> arguments;
  if (!Arguments(call, arguments)) return Value::Invalid(span);
  if (arguments.size() != function.parameters.size()) {
    Report(kArgumentCount, span,
           diag::Cat("`", function.name, "` takes ", function.parameters.size(),
                     function.parameters.size() == 1 ? " argument, here "
                                                     : " arguments, here ",
                     arguments.size() == 1 ? "is " : "are ", arguments.size()))
        .Also(function.span, "the function is declared here");
    return Value::Invalid(span);
  }
  const size_t bound = scope_.size();
  const size_t begin = std::exchange(scope_begin_, bound);
  for (size_t i = 0; i < arguments.size(); ++i) {
    Bind(function.parameters[i], std::move(arguments[i]));
  }
  Environment* const outer = environment_;
  if (function.environment != nullptr) environment_ = function.environment;
  calls_.push_back({function.name, span});
  Value out = Run(*function.result);
  calls_.pop_back();
  environment_ = outer;
  scope_begin_ = begin;
  scope_.resize(bound);
  return out;
}

Value Evaluator::CallBuiltin(const Function& function, const syntax::Call& call,
                             Span span) {
  std::vector<Value> arguments;
  if (!Arguments(call, arguments)) return Value::Invalid(span);
  std::vector<Span> uses;
  uint64_t cost = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    uses.push_back(call.arguments[std::min(i, call.arguments.size() - 1)].span);
    cost += arguments[i].size() / sizeof(Value);
  }
  // What it looks at is counted once; what it makes, it counts itself.
  if (!budget_.Steps(cost, span, *sink_)) return Value::Invalid(span);
  const size_t reported = sink_->reported();
  Call one(function, std::move(arguments), std::move(uses), span, budget_,
           *sink_);
  if (!one.Check()) return Value::Invalid(span);
  Value out = function.implementation(one);
  if (out.is_invalid() || sink_->reported() != reported) {
    return Value::Invalid(span);
  }
  return Made(std::move(out));
}

Value Evaluator::RunAside(const Expression& expression,
                          std::vector<diag::Diagnostic>& said) {
  diag::Sink own;
  diag::Sink* const outer = std::exchange(sink_, &own);
  Value out = Run(expression);
  sink_ = outer;
  said = own.Sorted();
  for (const diag::Diagnostic& diagnostic : said) {
    if (diagnostic.code != &kBudget) continue;
    Report(kBudget, diagnostic.span, diagnostic.message).notes =
        diagnostic.notes;
  }
  return out;
}

Value Evaluator::Try(const syntax::Call& call, Span span) {
  if (call.arguments.empty() || call.expand) {
    Report(kArgumentCount, span, "`try` takes at least 1 argument")
        .Help("it is try(value, otherwise, …)");
    return Value::Invalid(span);
  }
  // A name that is not there is a mistake, not a value that is missing.
  const size_t reported = sink_->reported();
  SearchAll(call.arguments);
  if (sink_->reported() != reported) return Value::Invalid(span);
  std::vector<diag::Label> reasons;
  for (const Expression& argument : call.arguments) {
    std::vector<diag::Diagnostic> said;
    Value value = RunAside(argument, said);
    if (budget_.exhausted()) return Value::Invalid(span);
    if (!value.is_tainted()) return value;
    if (!said.empty()) reasons.push_back({said[0].span, said[0].message});
  }
  // Without a reason, what it is made of has been reported where it stands.
  if (reasons.empty()) return Value::Invalid(span);
  diag::Diagnostic& report =
      Report(kNothingWorked, span, "no argument of `try` has a value");
  for (diag::Label& reason : reasons) {
    report.Also(reason.span, std::move(reason.text));
  }
  return Value::Invalid(span);
}

Value Evaluator::Can(const syntax::Call& call, Span span) {
  if (call.arguments.size() != 1 || call.expand) {
    Report(kArgumentCount, span, "`can` takes 1 argument");
    return Value::Invalid(span);
  }
  const size_t reported = sink_->reported();
  SearchAll(call.arguments);
  if (sink_->reported() != reported) return Value::Invalid(span);
  std::vector<diag::Diagnostic> unheard;
  const Value value = RunAside(call.arguments[0], unheard);
  if (budget_.exhausted()) return Value::Invalid(span);
  return Value::Bool(!value.is_tainted(), span);
}

}  // namespace pol::eval
