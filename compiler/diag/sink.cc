#include "compiler/diag/sink.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pol::diag {
namespace {

auto Key(const Diagnostic& diagnostic) {
  return std::make_tuple(diagnostic.span.file, diagnostic.span.begin,
                         diagnostic.code->number, diagnostic.span.end);
}

}  // namespace

Diagnostic& Sink::Report(const Code& code, Span span, std::string message) {
  ++reported_;
  if (code.severity == Severity::kError) ++errors_;
  if (kept_.size() >= kLimit) return dropped_ = {};
  Diagnostic& diagnostic = kept_.emplace_back();
  diagnostic.code = &code;
  diagnostic.span = span;
  diagnostic.message = std::move(message);
  return diagnostic;
}

void Sink::Add(const Diagnostic& diagnostic) {
  Report(*diagnostic.code, diagnostic.span, "") = diagnostic;
}

std::vector<Diagnostic> Sink::Sorted() const {
  std::vector<const Diagnostic*> order;
  order.reserve(kept_.size());
  for (const Diagnostic& diagnostic : kept_) order.push_back(&diagnostic);
  std::stable_sort(order.begin(), order.end(),
                   [](const Diagnostic* a, const Diagnostic* b) {
                     return Key(*a) < Key(*b);
                   });
  std::vector<Diagnostic> sorted;
  sorted.reserve(order.size());
  for (const Diagnostic* diagnostic : order) {
    // Of one place and code, those with one message stand for the first.
    const bool again =
        std::any_of(sorted.rbegin(),
                    std::find_if(sorted.rbegin(), sorted.rend(),
                                 [&](const Diagnostic& other) {
                                   return Key(other) != Key(*diagnostic);
                                 }),
                    [&](const Diagnostic& other) {
                      return other.message == diagnostic->message;
                    });
    if (!again) sorted.push_back(*diagnostic);
  }
  return sorted;
}

}  // namespace pol::diag
