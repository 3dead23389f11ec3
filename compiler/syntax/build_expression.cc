#include "compiler/syntax/build_expression.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "compiler/diag/cat.h"
#include "compiler/syntax/diagnostics.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

constexpr int kUnaryBinding = 7;

bool IsInvalid(const Expression& expression) {
  return std::holds_alternative<Invalid>(expression.value);
}

}  // namespace

Expression ExpressionBuilder::Build(uint32_t node) {
  too_long_ = false;
  return Value(node).expression;
}

// Every node with children comes through here, so none is too high: whoever
// walks the tree may recurse.
ExpressionBuilder::Built ExpressionBuilder::Parent(Expression expression,
                                                   size_t height) {
  if (height < kHeightLimit) return {std::move(expression), height + 1};
  if (!too_long_) {
    too_long_ = true;
    reading_.sink
        .Report(kTooLong, expression.span,
                diag::Cat("this expression nests more than ", kHeightLimit,
                          " operators, indexes or splats"))
        .Help("give its parts names of their own in `locals`");
  }
  return {{expression.span, Invalid{}}};
}

ExpressionBuilder::Built ExpressionBuilder::Value(uint32_t node) {
  const uint32_t term = node + 1;
  if (At(node).first == At(term).first && At(term).end == At(node).end) {
    return Term(term);
  }
  return Operations(node);
}

ExpressionBuilder::Pending ExpressionBuilder::Binary(const Token& token) const {
  struct Known {
    std::string_view text;
    Operator op;
    int binding;
  };
  // The higher, the tighter.
  static constexpr Known kKnown[] = {
      {"||", Operator::kOr, 1},      {"&&", Operator::kAnd, 2},
      {"==", Operator::kEqual, 3},   {"!=", Operator::kNotEqual, 3},
      {"<", Operator::kLess, 4},     {"<=", Operator::kLessEqual, 4},
      {">", Operator::kGreater, 4},  {">=", Operator::kGreaterEqual, 4},
      {"+", Operator::kAdd, 5},      {"-", Operator::kSubtract, 5},
      {"*", Operator::kMultiply, 6}, {"/", Operator::kDivide, 6},
      {"%", Operator::kModulo, 6},
  };
  const auto* known =
      std::find_if(std::begin(kKnown), std::end(kKnown),
                   [text = TextOf(token)](const Known& candidate) {
                     return candidate.text == text;
                   });
  return {known->op, known->binding, SpanOf(token)};
}

// The tokens between the terms are the operators.
ExpressionBuilder::Built ExpressionBuilder::Operations(uint32_t node) {
  Chain chain;
  chain.operands.reserve(4);
  chain.operators.reserve(4);
  uint32_t token = At(node).first;
  uint32_t child = node + 1;
  while (true) {
    Operand(token, child, chain);
    child = At(child).end;
    if (child == At(node).end || At(child).rule == Rule::kConditional) break;
    const Pending op = Binary(tree_.tokens[token++]);
    Fold(chain, op.binding);
    chain.operators.push_back(op);
  }
  Fold(chain, 0);
  if (child == At(node).end) return std::move(chain.operands.back());
  return Conditional(std::move(chain.operands.back()), child);
}

// The unary operators from `token` on and the term behind them.
void ExpressionBuilder::Operand(uint32_t& token, uint32_t term, Chain& chain) {
  const size_t first = chain.operators.size();
  for (; token != At(term).first; ++token) {
    const Token& sign = tree_.tokens[token];
    const Operator op =
        sign.kind == TokenKind::kBang ? Operator::kNot : Operator::kNegate;
    chain.operators.push_back({op, kUnaryBinding, SpanOf(sign)});
  }
  token = At(term).last + 1;
  // A sign before a number is part of it.
  const Token& number = First(term);
  if (chain.operators.size() > first && At(term).first == At(term).last &&
      chain.operators.back().op == Operator::kNegate) {
    const Span span =
        support::Join(chain.operators.back().span, SpanOf(number));
    const bool joined = span.end - span.begin == number.end - number.begin + 1;
    if (number.kind == TokenKind::kInteger &&
        (joined || !IsLong(number, true))) {
      chain.operators.pop_back();
      chain.operands.push_back(Integer(number, span, true));
      return;
    }
    if (number.kind == TokenKind::kDecimal && !number.bad && joined) {
      chain.operators.pop_back();
      chain.operands.push_back(
          {{span,
            Decimal{reading_.text.substr(span.begin, span.end - span.begin)}}});
      return;
    }
  }
  chain.operands.push_back(Term(term));
}

// Puts together what binds as tightly as `binding` or tighter, last first.
void ExpressionBuilder::Fold(Chain& chain, int binding) {
  while (!chain.operators.empty() &&
         chain.operators.back().binding >= binding) {
    const Pending pending = chain.operators.back();
    chain.operators.pop_back();
    Operation operation{pending.op, pending.span, {}};
    operation.operands.reserve(2);
    Built right = std::move(chain.operands.back());
    chain.operands.pop_back();
    size_t height = right.height;
    bool good = !IsInvalid(right.expression);
    Span span = support::Join(pending.span, right.expression.span);
    if (pending.binding != kUnaryBinding) {
      Built left = std::move(chain.operands.back());
      chain.operands.pop_back();
      height = std::max(height, left.height);
      good = good && !IsInvalid(left.expression);
      span = support::Join(left.expression.span, span);
      operation.operands.push_back(std::move(left.expression));
    }
    operation.operands.push_back(std::move(right.expression));
    chain.operands.push_back(good ? Parent({span, std::move(operation)}, height)
                                  : Built{{span, Invalid{}}});
  }
}

ExpressionBuilder::Built ExpressionBuilder::Conditional(Built condition,
                                                        uint32_t node) {
  const uint32_t first = node + 1;
  Built yes = Value(first);
  Built no = Value(At(first).end);
  const Span span =
      support::Join(condition.expression.span, no.expression.span);
  const size_t height = std::max({condition.height, yes.height, no.height});
  if (IsInvalid(condition.expression) || IsInvalid(yes.expression) ||
      IsInvalid(no.expression)) {
    return {{span, Invalid{}}};
  }
  Operation operation{Operator::kConditional, SpanOf(First(node)), {}};
  operation.operands.reserve(3);
  operation.operands.push_back(std::move(condition.expression));
  operation.operands.push_back(std::move(yes.expression));
  operation.operands.push_back(std::move(no.expression));
  return Parent({span, std::move(operation)}, height);
}

ExpressionBuilder::Built ExpressionBuilder::Term(uint32_t node) {
  uint32_t next = node + 1;
  Built core = Core(node, next);
  const uint32_t end = At(node).end;
  if (next == end) return core;
  return Suffixes(std::move(core), next, end, false);
}

// What stands before the suffixes; `next` is then the first of them.
ExpressionBuilder::Built ExpressionBuilder::Core(uint32_t node,
                                                 uint32_t& next) {
  const Token& first = First(node);
  const uint32_t child = next;
  const bool parent = child != At(node).end && At(child).rule != Rule::kSuffix;
  if (parent) next = At(child).end;
  switch (first.kind) {
    case TokenKind::kIdentifier:
      return parent ? Call(first, child) : Name(first);
    case TokenKind::kInteger:
      return Integer(first, SpanOf(first), false);
    case TokenKind::kDecimal:
      if (first.bad) return {{SpanOf(first), Invalid{}}};
      return {{SpanOf(first), Decimal{TextOf(first)}}};
    case TokenKind::kLeftBracket:
      return List(child);
    case TokenKind::kLeftBrace:
      return Object(child);
    case TokenKind::kLeftParenthesis: {
      Built inner = Value(child + 1);
      inner.expression.span = SpanOf(child);
      return inner;
    }
    case TokenKind::kTemplateBegin:
      return Template(child);
    default:
      break;
  }
  std::optional<std::string> value = DecodeString(reading_, first);
  if (!value.has_value()) return {{SpanOf(first), Invalid{}}};
  return {{SpanOf(first), *std::move(value)}};
}

// Whether an integer is one that only HCL takes.
bool ExpressionBuilder::IsLong(const Token& token, bool negative) const {
  int64_t value = 0;
  return reading_.dialect == Dialect::kHcl &&
         !absl::SimpleAtoi(diag::Cat(negative ? "-" : "", TextOf(token)),
                           &value);
}

// `span` covers the sign, if it has one.
ExpressionBuilder::Built ExpressionBuilder::Integer(const Token& token,
                                                    Span span, bool negative) {
  if (token.bad) return {{span, Invalid{}}};
  int64_t value = 0;
  const std::string text = diag::Cat(negative ? "-" : "", TextOf(token));
  if (absl::SimpleAtoi(text, &value)) return {{span, value}};
  if (IsLong(token, negative)) {
    return {{span,
             Decimal{reading_.text.substr(span.begin, span.end - span.begin)}}};
  }
  reading_.sink.Report(kNumberRange, span,
                       diag::Cat("`", text, "` does not fit in 64 bits"));
  return {{span, Invalid{}}};
}

ExpressionBuilder::Built ExpressionBuilder::Name(const Token& token) {
  const std::string_view name = TextOf(token);
  const Span span = SpanOf(token);
  if (name == "true") return {{span, true}};
  if (name == "false") return {{span, false}};
  if (name == "null") return {{span, Null{}}};
  return {{span, Traversal{name, span, {}}}};
}

size_t ExpressionBuilder::CountChildren(uint32_t node) const {
  size_t count = 0;
  for ([[maybe_unused]] uint32_t child : Children(tree_, node)) ++count;
  return count;
}

ExpressionBuilder::Built ExpressionBuilder::List(uint32_t node) {
  if (tree_.tokens[At(node).first + 1].kind == TokenKind::kFor) {
    return Loop(node, false);
  }
  syntax::List list;
  list.elements.reserve(CountChildren(node));
  size_t height = 0;
  for (uint32_t child : Children(tree_, node)) {
    Built element = Value(child);
    height = std::max(height, element.height);
    list.elements.push_back(std::move(element.expression));
  }
  return Parent({SpanOf(node), std::move(list)}, height);
}

ExpressionBuilder::Built ExpressionBuilder::Object(uint32_t node) {
  if (tree_.tokens[At(node).first + 1].kind == TokenKind::kFor) {
    return Loop(node, true);
  }
  syntax::Object object;
  object.items.reserve(CountChildren(node));
  size_t height = 0;
  for (uint32_t item : Children(tree_, node)) {
    const uint32_t key_node = item + 1;
    Built key = Key(key_node);
    Built value = Value(At(key_node).end);
    height = std::max({height, key.height, value.height});
    object.items.push_back(
        {std::move(key.expression), std::move(value.expression)});
  }
  return Parent({SpanOf(node), std::move(object)}, height);
}

// A bare name as a key is the name itself, as in HCL.
ExpressionBuilder::Built ExpressionBuilder::Key(uint32_t node) {
  const Token& first = First(node);
  const bool name = first.kind == TokenKind::kIdentifier;
  if (name && At(node).first == At(node).last) {
    return {{SpanOf(first), std::string(TextOf(first))}};
  }
  Built key = Value(node);
  const bool reference =
      name && std::holds_alternative<Traversal>(key.expression.value);
  if (reference) {
    reading_.sink
        .Report(kAmbiguousKey, key.expression.span,
                "a key that is a name with more behind it is ambiguous")
        .Help(
            "in parentheses it is the value of a reference, in double quotes "
            "it is text");
    key.expression.value = Invalid{};
  }
  return key;
}

ExpressionBuilder::Built ExpressionBuilder::Loop(uint32_t node, bool object) {
  For loop;
  loop.object = object;
  // FOR name (COMMA name)? IN …
  const uint32_t introduction = node + 1;
  const Token* name = &tree_.tokens[At(introduction).first + 1];
  if (name[1].kind == TokenKind::kComma) {
    loop.key_name = TextOf(*name);
    loop.key_span = SpanOf(*name);
    name += 2;
  }
  loop.value_name = TextOf(*name);
  loop.value_span = SpanOf(*name);
  size_t height = 0;
  auto add = [&](uint32_t expression) {
    Built part = Value(expression);
    height = std::max(height, part.height);
    loop.parts.push_back(std::move(part.expression));
  };
  add(introduction + 1);
  for (uint32_t child = At(introduction).end; child != At(node).end;
       child = At(child).end) {
    loop.has_condition = At(child).rule == Rule::kForCondition;
    if (loop.has_condition) {
      loop.group =
          tree_.tokens[At(child).first - 1].kind == TokenKind::kEllipsis;
    }
    add(loop.has_condition ? child + 1 : child);
  }
  if (!loop.has_condition) {
    loop.group = tree_.tokens[At(node).last - 1].kind == TokenKind::kEllipsis;
  }
  return Parent({SpanOf(node), std::move(loop)}, height);
}

ExpressionBuilder::Built ExpressionBuilder::Call(const Token& name,
                                                 uint32_t node) {
  syntax::Call call;
  call.name = TextOf(name);
  call.name_span = SpanOf(name);
  call.expand = tree_.tokens[At(node).last - 1].kind == TokenKind::kEllipsis;
  size_t height = 0;
  for (uint32_t child : Children(tree_, node)) {
    Built argument = Value(child);
    height = std::max(height, argument.height);
    call.arguments.push_back(std::move(argument.expression));
  }
  return Parent({support::Join(call.name_span, SpanOf(node)), std::move(call)},
                height);
}

}  // namespace pol::syntax
