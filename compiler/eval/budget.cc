#include "compiler/eval/budget.h"

#include "compiler/diag/cat.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {

bool Budget::Steps(uint64_t count, Span span, diag::Sink& sink) {
  if (exhausted_) return false;
  steps_ += count;
  if (steps_ <= limits_.steps) return true;
  return Exhaust(
      diag::Cat("expressions take more than ", limits_.steps, " steps"), span,
      sink);
}

bool Budget::String(size_t bytes, Span span, diag::Sink& sink) {
  if (exhausted_) return false;
  if (bytes > limits_.string) {
    return Exhaust(
        diag::Cat("a string of more than ", limits_.string, " bytes"), span,
        sink);
  }
  return Memory(bytes, span, sink);
}

bool Budget::Elements(size_t count, Span span, diag::Sink& sink) {
  if (exhausted_) return false;
  if (count > limits_.elements) {
    return Exhaust(
        diag::Cat("a collection of more than ", limits_.elements, " elements"),
        span, sink);
  }
  return Memory(count * sizeof(Value), span, sink);
}

bool Budget::OneMore(size_t size, Span span, diag::Sink& sink) {
  if (exhausted_) return false;
  if (size >= limits_.elements) return Elements(size + 1, span, sink);
  return Memory(sizeof(Value), span, sink);
}

bool Budget::Enter(Span span, diag::Sink& sink) {
  ++depth_;
  if (!Steps(1, span, sink)) return false;
  if (depth_ <= kEvaluationDepthLimit) return true;
  exhausted_ = true;
  sink.Report(kBudget, span,
              diag::Cat("expressions within expressions, calls and names "
                        "deeper than ",
                        kEvaluationDepthLimit, " levels"))
      .Help("a function or a name that needs itself never ends");
  return false;
}

bool Budget::Allows(const Value& value, diag::Sink& sink) {
  if (exhausted_) return false;
  if (value.depth() > kValueDepthLimit) {
    return Exhaust(diag::Cat("lists and objects nested deeper than ",
                             kValueDepthLimit, " levels"),
                   value.span(), sink);
  }
  if (value.size() > limits_.memory) {
    return Exhaust(diag::Cat("a value of more than ", limits_.memory, " bytes"),
                   value.span(), sink);
  }
  return true;
}

bool Budget::Memory(size_t bytes, Span span, diag::Sink& sink) {
  memory_ += bytes;
  if (memory_ <= limits_.memory) return true;
  return Exhaust(
      diag::Cat("expressions make more than ", limits_.memory, " bytes"), span,
      sink);
}

bool Budget::Exhaust(std::string message, Span span, diag::Sink& sink) {
  exhausted_ = true;
  sink.Report(kBudget, span, std::move(message))
      .Mark("the limit is passed here")
      .Note(
          "limits keep the time and memory of a compilation bounded; no "
          "expression is evaluated after this one");
  return false;
}

}  // namespace pol::eval
