// One walk over one expression. Private to this room; see evaluate.h for what
// it means.
#ifndef POL_COMPILER_EVAL_EVALUATOR_H_
#define POL_COMPILER_EVAL_EVALUATOR_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "compiler/diag/cat.h"
#include "compiler/diag/sink.h"
#include "compiler/eval/budget.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/environment.h"
#include "compiler/eval/evaluate.h"
#include "compiler/eval/functions.h"
#include "compiler/eval/value.h"
#include "compiler/syntax/ast.h"

namespace pol::eval {

using syntax::Expression;

class Evaluator {
 public:
  Evaluator(Environment& environment, Budget& budget, diag::Sink& sink,
            Options options)
      : environment_(&environment),
        budget_(budget),
        sink_(&sink),
        options_(options) {}

  void Bind(std::string_view name, Value value) {
    scope_.push_back({name, std::move(value)});
  }
  Value Run(const Expression& expression);

 private:
  // evaluate.cc: literals, lists, objects, templates.
  Value Dispatch(const Expression& expression);
  Value OfDecimal(const syntax::Decimal& decimal, Span span);
  Value OfString(const std::string& text, Span span);
  Value OfList(const syntax::List& list, Span span);
  Value OfObject(const syntax::Object& object, Span span);
  Value OfTemplate(const syntax::Template& text, Span span);
  // The text of an object's key; false when it has none.
  bool KeyText(const Expression& expression, std::string& text);

  // operate.cc
  Value OfOperation(const syntax::Operation& operation, Span span);
  Value Negate(const syntax::Operation& operation, Span span);
  Value Arithmetic(const syntax::Operation& operation, Span span);
  Value Order(const syntax::Operation& operation, Span span);
  Value Equality(const syntax::Operation& operation, Span span);
  Value Logic(const syntax::Operation& operation, Span span);
  Value Conditional(const syntax::Operation& operation, Span span);
  Value Unified(const Value& chosen, const Value& other, Span span);
  // The value as an operand of `what` ("`+`"), reported when it is not one.
  Value NumberOperand(const Expression& expression, std::string_view what);
  Value BoolOperand(const Expression& expression, std::string_view what);

  // index.cc: traversals, indexes, splats.
  Value OfTraversal(const syntax::Traversal& traversal, Span span);
  Value OfIndex(const syntax::Index& index, Span span);
  Value OfSplat(const syntax::Splat& splat, Span span);
  Value Part(const Value& base, const Value& key, bool attribute);
  Value PartOfObject(const Value& base, const Value& key);
  Value PartOfList(const Value& base, const Value& key, bool attribute);
  Value NoPart(const Value& base, const Value& key);

  // for.cc
  Value OfFor(const syntax::For& loop, Span span);
  class Loop;

  // call.cc
  Value OfCall(const syntax::Call& call, Span span);
  Value CallUser(const UserFunction& function, const syntax::Call& call,
                 Span span);
  Value CallBuiltin(const Function& function, const syntax::Call& call,
                    Span span);
  Value Try(const syntax::Call& call, Span span);
  Value Can(const syntax::Call& call, Span span);
  // The arguments' values, `...` unrolled; false when there is no call to make.
  bool Arguments(const syntax::Call& call, std::vector<Value>& out);
  void UnknownFunction(const syntax::Call& call);
  // Run, with what is wrong in `said` and unheard; unless the budget is spent,
  // which everyone must know.
  Value RunAside(const Expression& expression,
                 std::vector<diag::Diagnostic>& said);

  // search.cc: what is not evaluated still must name what there is.
  void Search(const Expression& expression);
  void SearchParts(const Expression& expression);
  void SearchAll(const std::vector<Expression>& expressions);

  // Adds to a report the calls that led here.
  diag::Diagnostic& Report(const Code& code, Span span, std::string message);
  // Says where the value came from, when that is not where it is used.
  void TellOrigin(diag::Diagnostic& report, Span use, const Value& value);
  // `value`, or invalid when the budget does not allow it.
  Value Made(Value value);

  struct CallSite {
    std::string_view name;
    Span span;
  };

  Environment* environment_;
  Budget& budget_;
  diag::Sink* sink_;
  Options options_;
  std::vector<Binding> scope_;   // innermost last
  size_t scope_begin_ = 0;       // what lies before is the caller's
  std::vector<Value> elements_;  // of the splats, innermost last
  std::vector<CallSite> calls_;  // of `function` blocks, innermost last
  absl::flat_hash_set<const Expression*> searched_;
};

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_EVALUATOR_H_
