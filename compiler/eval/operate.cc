#include <string_view>
#include <utility>

#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/evaluator.h"
#include "compiler/eval/print.h"

namespace pol::eval {

using syntax::Operation;
using syntax::Operator;

namespace {

std::string_view Quoted(Operator op) {
  switch (op) {
    case Operator::kNegate:
    case Operator::kSubtract:
      return "`-`";
    case Operator::kNot:
      return "`!`";
    case Operator::kMultiply:
      return "`*`";
    case Operator::kDivide:
      return "`/`";
    case Operator::kModulo:
      return "`%`";
    case Operator::kAdd:
      return "`+`";
    case Operator::kLess:
      return "`<`";
    case Operator::kLessEqual:
      return "`<=`";
    case Operator::kGreater:
      return "`>`";
    case Operator::kGreaterEqual:
      return "`>=`";
    case Operator::kEqual:
      return "`==`";
    case Operator::kNotEqual:
      return "`!=`";
    case Operator::kAnd:
      return "`&&`";
    case Operator::kOr:
      return "`||`";
    case Operator::kConditional:
      return "`?`";
  }
  return "";
}

std::optional<Number> Compute(Operator op, const Number& a, const Number& b) {
  switch (op) {
    case Operator::kAdd:
      return Add(a, b);
    case Operator::kSubtract:
      return Subtract(a, b);
    case Operator::kMultiply:
      return Multiply(a, b);
    case Operator::kDivide:
      return Divide(a, b);
    default:
      return Remainder(a, b);
  }
}

}  // namespace

Value Evaluator::NumberOperand(const Expression& expression,
                               std::string_view what) {
  const Value value = Run(expression);
  if (value.is_invalid() || value.kind() == Kind::kNumber) return value;
  if (options_.hcl && !value.is_null()) {
    Mismatch mismatch;
    if (const auto converted = TryConvert(value, Type::OfNumber(), mismatch)) {
      return *converted;
    }
  }
  diag::Diagnostic& report = Report(
      value.is_null() ? kNullValue : kOperand, expression.span,
      value.is_null() ? diag::Cat(what, " takes numbers, this value is not set")
                      : diag::Cat(what, " takes numbers, this is ",
                                  Describe(value.kind())));
  if (value.kind() == Kind::kString) {
    if (Number::Parse(value.as_string()).has_value()) {
      report.Help("tonumber(…) makes a number of it");
    } else if (what == "`+`") {
      report.Help("texts are put together in a template: \"${a}${b}\"");
    }
  }
  TellOrigin(report, expression.span, value);
  return Value::Invalid(expression.span);
}

Value Evaluator::BoolOperand(const Expression& expression,
                             std::string_view what) {
  const Value value = Run(expression);
  if (value.is_invalid() || value.kind() == Kind::kBool) return value;
  if (options_.hcl && !value.is_null()) {
    Mismatch mismatch;
    if (const auto converted = TryConvert(value, Type::Bool(), mismatch)) {
      return *converted;
    }
  }
  diag::Diagnostic& report =
      Report(value.is_null() ? kNullValue : kOperand, expression.span,
             value.is_null() ? diag::Cat(what,
                                         " takes booleans, this value is not "
                                         "set")
                             : diag::Cat(what, " takes booleans, this is ",
                                         Describe(value.kind())));
  if (value.kind() == Kind::kString &&
      (value.as_string() == "true" || value.as_string() == "false")) {
    report.Help(
        "true and false are written without quotes; tobool(…) makes a "
        "boolean of a text");
  } else if (!value.is_null()) {
    report.Help(
        "compare it with something: `x != 0`, `x != \"\"`, "
        "`length(x) > 0`");
  }
  TellOrigin(report, expression.span, value);
  return Value::Invalid(expression.span);
}

Value Evaluator::OfOperation(const Operation& operation, Span span) {
  switch (operation.op) {
    case Operator::kNegate:
      return Negate(operation, span);
    case Operator::kNot: {
      const Value value = BoolOperand(operation.operands[0], "`!`");
      if (value.is_invalid()) return Value::Invalid(span);
      return Value::Bool(!value.as_bool(), span);
    }
    case Operator::kMultiply:
    case Operator::kDivide:
    case Operator::kModulo:
    case Operator::kAdd:
    case Operator::kSubtract:
      return Arithmetic(operation, span);
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      return Order(operation, span);
    case Operator::kEqual:
    case Operator::kNotEqual:
      return Equality(operation, span);
    case Operator::kAnd:
    case Operator::kOr:
      return Logic(operation, span);
    case Operator::kConditional:
      return Conditional(operation, span);
  }
  return Value::Invalid(span);
}

Value Evaluator::Negate(const Operation& operation, Span span) {
  const Value value = NumberOperand(operation.operands[0], "`-`");
  if (value.is_invalid()) return Value::Invalid(span);
  const std::optional<Number> out = eval::Negate(value.as_number());
  if (out.has_value() &&
      (options_.hcl || out->is_integer() || !value.as_number().is_integer())) {
    return Value::Of(*out, span);
  }
  Report(kNumberOverflow, span, "the result does not fit in 64 bits");
  return Value::Invalid(span);
}

Value Evaluator::Arithmetic(const Operation& operation, Span span) {
  const std::string_view what = Quoted(operation.op);
  const Value a = NumberOperand(operation.operands[0], what);
  const Value b = NumberOperand(operation.operands[1], what);
  if (a.is_invalid() || b.is_invalid()) return Value::Invalid(span);
  const bool divides =
      operation.op == Operator::kDivide || operation.op == Operator::kModulo;
  if (divides && b.as_number().is_zero()) {
    diag::Diagnostic& report =
        Report(kDivisionByZero, operation.operands[1].span, "division by zero");
    TellOrigin(report, operation.operands[1].span, b);
    return Value::Invalid(span);
  }
  const std::optional<Number> out =
      Compute(operation.op, a.as_number(), b.as_number());
  // Integers stay integers, except that a quotient may have a fraction.
  const bool leaves = out.has_value() && !options_.hcl && !out->is_integer() &&
                      a.as_number().is_integer() &&
                      b.as_number().is_integer() && out->is_whole();
  if (out.has_value() && !leaves) return Value::Of(*out, span);
  diag::Diagnostic& report = Report(
      kNumberOverflow, span,
      leaves
          ? diag::Cat("the result does not fit in 64 bits: ", out->ToString())
          : std::string("the result is too large or too small"));
  TellOrigin(report, span, a);
  TellOrigin(report, span, b);
  return Value::Invalid(span);
}

Value Evaluator::Order(const Operation& operation, Span span) {
  const std::string_view what = Quoted(operation.op);
  const Value a = NumberOperand(operation.operands[0], what);
  const Value b = NumberOperand(operation.operands[1], what);
  if (a.is_invalid() || b.is_invalid()) return Value::Invalid(span);
  const auto order = a.as_number() <=> b.as_number();
  switch (operation.op) {
    case Operator::kLess:
      return Value::Bool(order < 0, span);
    case Operator::kLessEqual:
      return Value::Bool(order <= 0, span);
    case Operator::kGreater:
      return Value::Bool(order > 0, span);
    default:
      return Value::Bool(order >= 0, span);
  }
}

Value Evaluator::Equality(const Operation& operation, Span span) {
  const Value a = Run(operation.operands[0]);
  const Value b = Run(operation.operands[1]);
  if (a.is_tainted() || b.is_tainted()) return Value::Invalid(span);
  const uint64_t cost = std::min(a.size(), b.size()) / sizeof(Value);
  if (!budget_.Steps(cost, span, *sink_)) return Value::Invalid(span);
  const bool types =
      !options_.hcl || a.is_null() || b.is_null() || TypeOf(a) == TypeOf(b);
  const bool same = types && Same(a, b);
  return Value::Bool(same == (operation.op == Operator::kEqual), span);
}

Value Evaluator::Logic(const Operation& operation, Span span) {
  const std::string_view what = Quoted(operation.op);
  const bool decides = operation.op == Operator::kOr;
  const Value a = BoolOperand(operation.operands[0], what);
  const bool decided = !a.is_invalid() && a.as_bool() == decides;
  if (decided && !options_.hcl) {
    Search(operation.operands[1]);
    return Value::Bool(decides, span);
  }
  const Value b = BoolOperand(operation.operands[1], what);
  if (a.is_invalid() || b.is_invalid()) return Value::Invalid(span);
  return Value::Bool(decided || b.as_bool() == decides ? decides : !decides,
                     span);
}

Value Evaluator::Conditional(const Operation& operation, Span span) {
  const Value condition = BoolOperand(operation.operands[0], "a condition");
  const Expression& yes = operation.operands[1];
  const Expression& no = operation.operands[2];
  if (condition.is_invalid()) {
    Search(yes);
    Search(no);
    return Value::Invalid(span);
  }
  if (!options_.hcl) {
    Search(condition.as_bool() ? no : yes);
    return Run(condition.as_bool() ? yes : no);
  }
  const Value chosen = Run(condition.as_bool() ? yes : no);
  // The other has a say in the type, and what is wrong with it is not heard.
  std::vector<diag::Diagnostic> unheard;
  const Value other = RunAside(condition.as_bool() ? no : yes, unheard);
  if (budget_.exhausted() || chosen.is_invalid()) return Value::Invalid(span);
  return Unified(chosen, other, span);
}

Value Evaluator::Unified(const Value& chosen, const Value& other, Span span) {
  const Type types[] = {TypeOf(chosen), TypeOf(other)};
  const std::optional<Type> type = Unify(types);
  if (type.has_value()) return Convert(chosen, *type, "the result", *sink_);
  Report(kOperand, span,
         diag::Cat("the two results have no type in common: ",
                   types[0].ToString(), " and ", types[1].ToString()));
  return Value::Invalid(span);
}

}  // namespace pol::eval
