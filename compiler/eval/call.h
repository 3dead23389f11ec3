// One call of a built-in function, as its implementation sees it: arguments
// that are of the right types, and a way to say what is wrong with them.
// Private to this room.
#ifndef POL_COMPILER_EVAL_CALL_H_
#define POL_COMPILER_EVAL_CALL_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/diag/cat.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/budget.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/functions.h"
#include "compiler/eval/value.h"

namespace pol::eval {

class Call {
 public:
  // `uses` has the span of each argument where the call is written.
  Call(const Function& function, std::vector<Value> arguments,
       std::vector<Span> uses, Span span, Budget& budget, diag::Sink& sink)
      : function_(function),
        arguments_(std::move(arguments)),
        uses_(std::move(uses)),
        span_(span),
        budget_(budget),
        sink_(sink) {}

  // Whether number and types of the arguments fit; reports otherwise.
  bool Check();

  size_t size() const { return arguments_.size(); }
  const Value& operator[](size_t i) const { return arguments_[i]; }
  const std::vector<Value>& arguments() const { return arguments_; }
  const std::string& String(size_t i) const {
    return arguments_[i].as_string();
  }
  int64_t Integer(size_t i) const { return *arguments_[i].as_integer(); }
  absl::Span<const Value> Elements(size_t i) const {
    return arguments_[i].elements();
  }
  Span span() const { return span_; }
  Budget& budget() { return budget_; }
  diag::Sink& sink() { return sink_; }

  // "argument `prefix` of `cidrsubnet`: MESSAGE", at the argument; invalid.
  Value Error(size_t argument, std::string message);
  Value Error(size_t argument, std::string message, std::string help);
  // The same with another code.
  diag::Diagnostic& Report(const Code& code, size_t argument,
                           std::string message);

  // Results, which stand where the call stands; invalid when they are more than
  // the budget allows.
  Value Bool(bool value) { return Value::Bool(value, span_); }
  Value Of(Number value) { return Value::Of(std::move(value), span_); }
  Value Null() { return Value::Null(span_); }
  Value Text(std::string value);
  Value List(std::vector<Value> elements);
  Value Set(std::vector<Value> elements);
  Value Object(std::vector<Item> items);
  Value Strings(const std::vector<std::string>& texts);
  Value Invalid() { return Value::Invalid(span_); }

  // Before something is made that the arguments' sizes do not bound.
  bool MayHoldBytes(size_t count);
  bool MayHoldElements(size_t count);
  bool MayTakeSteps(size_t count) { return budget_.Steps(count, span_, sink_); }

 private:
  const Parameter& ParameterOf(size_t argument) const;
  bool CheckCount();
  bool CheckType(size_t argument);
  bool CheckElements(size_t argument, Takes takes);

  const Function& function_;
  std::vector<Value> arguments_;
  std::vector<Span> uses_;
  Span span_;
  Budget& budget_;
  diag::Sink& sink_;
};

// Null and the empty text, which coalesce and compact pass over.
bool IsEmpty(const Value& value);

// What each file of functions adds to the table.
absl::Span<const Function> TextFunctions();
absl::Span<const Function> FormatFunctions();
absl::Span<const Function> RegexFunctions();
absl::Span<const Function> ListFunctions();
absl::Span<const Function> QuestionFunctions();
absl::Span<const Function> ObjectFunctions();
absl::Span<const Function> SetFunctions();
absl::Span<const Function> NumberFunctions();
absl::Span<const Function> ConversionFunctions();
absl::Span<const Function> EncodingFunctions();
absl::Span<const Function> NetworkFunctions();

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_CALL_H_
