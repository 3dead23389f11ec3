// The tree of one file, as it was written.
//
// Names are views into the text of the SourceSet and live as long as it;
// decoded strings are owned. Nesting never exceeds kNestingLimit (parse.h), so
// a walk may recurse.
#ifndef POL_COMPILER_SYNTAX_AST_H_
#define POL_COMPILER_SYNTAX_AST_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compiler/support/source.h"

namespace pol::syntax {

using support::Span;

struct Expression;
struct ObjectItem;

// What could not be understood; a diagnostic has said why.
struct Invalid {};
struct Null {};
// A number with a fraction or an exponent, or one that does not fit in 64 bits,
// as written, its sign included.
struct Decimal {
  std::string_view text;
};

// `root.name["key"][0]`: a name and what is asked of it with keys that are
// constant. A name alone is one without steps.
struct Traversal {
  struct Step {
    std::variant<std::string, int64_t> key;
    Span span;  // of the name or key alone
    // Written `.name`, not `["name"]`.
    bool attribute = false;
  };
  std::string_view root;
  Span root_span;
  std::vector<Step> steps;
};

struct List {
  std::vector<Expression> elements;
};

struct Object {
  std::vector<ObjectItem> items;
};

// A quoted string or heredoc with `${…}` in it. Literal parts are
// std::string, decoded, trimmed and unindented. A template that is one
// interpolation alone stands for its value, of whatever type.
struct Template {
  std::vector<Expression> parts;
};

enum class Operator : uint8_t {
  kNegate,
  kNot,
  kMultiply,
  kDivide,
  kModulo,
  kAdd,
  kSubtract,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kEqual,
  kNotEqual,
  kAnd,
  kOr,
  kConditional,
};

// Operands in the order of the text: one, two, or the three of `a ? b : c`.
struct Operation {
  Operator op = Operator::kNegate;
  Span op_span;  // of `?` for the conditional
  std::vector<Expression> operands;
};

// `name(argument, …)`; `expand` when the last is followed by `...`.
struct Call {
  std::string_view name;
  Span name_span;
  std::vector<Expression> arguments;
  bool expand = false;
};

// `base[key]` and `base.name`, where a Traversal does not do. A `.name` has a
// std::string for its key.
struct Index {
  std::vector<Expression> operands;  // base, key
  bool attribute = false;            // written `.name`
};

// `base[*]…` and, unless `full`, `base.*…`. The second operand is what is asked
// of every element, with an Element where the element stands (the innermost
// Splat's).
struct Splat {
  std::vector<Expression> operands;  // base, each
  bool full = false;
};
struct Element {};

// `[for k, v in c : r if p]` and `{for k, v in c : kr => r... if p}`.
struct For {
  std::string_view key_name;  // empty when not asked for
  std::string_view value_name;
  Span key_span;
  Span value_span;
  bool object = false;
  bool group = false;  // `...`
  bool has_condition = false;
  // The collection, the result's key (of an object only), the result, the
  // condition (if there is one).
  std::vector<Expression> parts;

  const Expression& collection() const;
  const Expression& key() const;  // of an object
  const Expression& result() const;
  const Expression* condition() const;  // may be null
};

struct Expression {
  Span span;
  std::variant<Invalid, Null, bool, int64_t, Decimal, std::string, Traversal,
               List, Object, Template, Operation, Call, Index, Splat, Element,
               For>
      value;
};

// `key = value` or `key : value`. A bare name is a std::string, as in HCL;
// `(expression)` and templates are computed.
struct ObjectItem {
  Expression key;
  Expression value;
};

// `name = value`.
struct Attribute {
  std::string_view name;
  Span name_span;
  Expression value;
  Span span;  // name and value
};

struct Label {
  std::string text;
  Span span;            // with its quotes, if it has any
  bool broken = false;  // a diagnostic has said why its text is not known
};

struct Block;

struct Body {
  std::vector<Attribute> attributes;  // in source order
  std::vector<Block> blocks;          // in source order
};

// `type "label" { … }`.
struct Block {
  std::string_view type;
  Span type_span;
  std::vector<Label> labels;
  Body body;
  Span span;         // from the type to the closing brace
  Span header_span;  // from the type to the last label
  bool broken =
      false;  // labels or attributes may be missing; a diagnostic said why
};

struct Ast {
  support::FileId file = 0;
  Body body;
};

// The first attribute of that name; null when there is none.
inline const Attribute* FindAttribute(const Body& body, std::string_view name) {
  for (const Attribute& attribute : body.attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

inline const Expression& For::collection() const { return parts[0]; }
inline const Expression& For::key() const { return parts[1]; }
inline const Expression& For::result() const { return parts[object ? 2 : 1]; }
inline const Expression* For::condition() const {
  return has_condition ? &parts.back() : nullptr;
}

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_AST_H_
