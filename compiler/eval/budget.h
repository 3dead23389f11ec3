// What one compilation may spend on expressions.
//
// An expression of a few lines can ask for more than a machine has: `for` in
// `for`, range, setproduct, format with a width. Everything that costs is
// counted before it is made, so that a policy has an answer in bounded time and
// memory, the same on every machine.
#ifndef POL_COMPILER_EVAL_BUDGET_H_
#define POL_COMPILER_EVAL_BUDGET_H_

#include <cstddef>
#include <cstdint>

#include "compiler/diag/sink.h"
#include "compiler/eval/value.h"

namespace pol::eval {

struct Limits {
  // Expressions evaluated and elements looked at, over the whole compilation.
  uint64_t steps = 10'000'000;
  // Of one list, set, map or object.
  size_t elements = 1'000'000;
  // Bytes of one string.
  size_t string = size_t{8} << 20;
  // Bytes of all strings and elements made, over the whole compilation,
  // whether or not they are still there.
  size_t memory = size_t{128} << 20;
};

// Expressions within expressions as they are evaluated, through calls of
// `function` blocks and through the names that an environment evaluates when
// they are asked for.
inline constexpr int kEvaluationDepthLimit = 1000;
// Lists and objects within each other; values pass through names, so the
// parser's limit does not bound them.
inline constexpr int kValueDepthLimit = 128;

// Each function says whether there is enough left. The first time there is not,
// it reports kBudget at `span`; from then on it is exhausted and says no to
// everything without another word.
class Budget {
 public:
  explicit Budget(Limits limits = {}) : limits_(limits) {}

  bool Steps(uint64_t count, Span span, diag::Sink& sink);
  bool String(size_t bytes, Span span, diag::Sink& sink);
  bool Elements(size_t count, Span span, diag::Sink& sink);
  // For a collection that has `size` elements and gets one more.
  bool OneMore(size_t size, Span span, diag::Sink& sink);

  // Whether `value` may be: its depth, and its size with what it shares counted
  // each time.
  bool Allows(const Value& value, diag::Sink& sink);

  // Around the evaluation of each expression; Leave also after a no.
  bool Enter(Span span, diag::Sink& sink);
  void Leave() { --depth_; }

  const Limits& limits() const { return limits_; }
  bool exhausted() const { return exhausted_; }
  uint64_t steps() const { return steps_; }  // spent
  size_t memory() const { return memory_; }  // spent

 private:
  bool Memory(size_t bytes, Span span, diag::Sink& sink);
  bool Exhaust(std::string message, Span span, diag::Sink& sink);

  Limits limits_;
  uint64_t steps_ = 0;
  size_t memory_ = 0;
  int depth_ = 0;
  bool exhausted_ = false;
};

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_BUDGET_H_
