// Parse tree of an expression to Ast.
#ifndef POL_COMPILER_SYNTAX_BUILD_EXPRESSION_H_
#define POL_COMPILER_SYNTAX_BUILD_EXPRESSION_H_

#include <cstdint>
#include <vector>

#include "compiler/diag/code.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/tree_builder.h"

namespace pol::syntax {

// Reports what the grammar lets through: bad escapes and numbers, ambiguous
// keys, trees that are too high. What is built from something broken is
// Invalid.
class ExpressionBuilder : private TreeBuilder {
 public:
  ExpressionBuilder(const Reading& reading, const Tree& tree)
      : TreeBuilder(reading, tree) {}

  // `node` is a kExpression.
  Expression Build(uint32_t node);

 private:
  // An expression and how high its tree is: 1 for one alone.
  struct Built {
    Expression expression;
    size_t height = 1;
  };
  // An operator that waits for its right side. A unary one has no left side.
  struct Pending {
    Operator op;
    int binding;
    Span span;
  };
  struct Chain {
    std::vector<Built> operands;
    std::vector<Pending> operators;
  };

  size_t CountChildren(uint32_t node) const;
  Pending Binary(const Token& token) const;

  // build_expression.cc
  Built Value(uint32_t node);
  Built Operations(uint32_t node);
  void Operand(uint32_t& token, uint32_t term, Chain& chain);
  void Fold(Chain& chain, int binding);
  Built Conditional(Built condition, uint32_t node);
  Built Parent(Expression expression, size_t height);
  Built Term(uint32_t node);
  Built Core(uint32_t node, uint32_t& next);
  bool IsLong(const Token& token, bool negative) const;
  Built Integer(const Token& token, Span span, bool negative);
  Built Name(const Token& token);
  Built List(uint32_t node);
  Built Object(uint32_t node);
  Built Key(uint32_t node);
  Built Loop(uint32_t node, bool object);
  Built Call(const Token& name, uint32_t node);

  // build_suffixes.cc
  Built Suffixes(Built base, uint32_t& at, uint32_t end, bool attributes);
  Built AttributeStep(Built base, uint32_t suffix);
  Built IndexStep(Built base, uint32_t suffix);
  Built Step(Built base, Built key, Span whole, bool attribute);
  Built Splat(Built base, uint32_t& at, uint32_t end, bool full);

  // build_template.cc
  Built Template(uint32_t node);

  size_t splats_ = 0;      // that are being built
  bool too_long_ = false;  // said once for an expression
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_BUILD_EXPRESSION_H_
