// Expressions evaluated for tests, as text in and text out.
#ifndef POL_TESTS_EXPRESSIONS_EVALUATED_H_
#define POL_TESTS_EXPRESSIONS_EVALUATED_H_

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/sink.h"
#include "compiler/eval/evaluate.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::expressions {

using support::Span;

// Parses the right sides of attributes and keeps their text.
class Expressions {
 public:
  // The value of `x = TEXT`; a syntax error is in `sink`.
  const syntax::Expression& Parse(std::string_view text, diag::Sink& sink);
  const support::SourceSet& sources() const { return sources_; }

 private:
  support::SourceSet sources_;
  std::deque<syntax::Ast> trees_;
};

// `local.NAME` and `workload.NAME`, and functions.
class FakeEnvironment : public eval::Environment {
 public:
  eval::Value Lookup(const syntax::Traversal& traversal, Span span,
                     size_t& used, diag::Sink& sink) override;
  const eval::UserFunction* FindFunction(std::string_view name) override;
  std::vector<std::string_view> FunctionNames() override;

  std::map<std::string, eval::Value, std::less<>> locals;
  std::map<std::string, eval::UserFunction, std::less<>> functions;
};

// What an expression came to.
struct Outcome {
  std::string text;  // as Print writes it
  eval::Value value;
  std::vector<diag::Diagnostic> diagnostics;

  // The text, or "P3100: message" for each diagnostic.
  std::string Summary() const;
};

struct Surroundings {
  eval::Options options = {};
  eval::Limits limits = {};
  std::map<std::string, std::string> locals = {};  // name to expression
  // "name(a, b)" to expression
  std::map<std::string, std::string> functions = {};
};

Outcome Evaluated(std::string_view text, const Surroundings& around = {});

// Its summary.
std::string Eval(std::string_view text, const Surroundings& around = {});

}  // namespace pol::expressions

#endif  // POL_TESTS_EXPRESSIONS_EVALUATED_H_
