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
// A number with a fraction or an exponent, as written.
struct Decimal {
  std::string_view text;
};

// `root.name["key"][0]`.
struct Traversal {
  struct Step {
    std::variant<std::string, int64_t> key;
    Span span;  // of the name or key alone
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

struct Expression {
  Span span;
  std::variant<Invalid, Null, bool, int64_t, Decimal, std::string, Traversal,
               List, Object>
      value;
};

struct ObjectItem {
  std::string key;
  Span key_span;
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

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_AST_H_
