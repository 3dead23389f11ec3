// What everything that builds from a parse tree asks of it.
#ifndef POL_COMPILER_SYNTAX_TREE_BUILDER_H_
#define POL_COMPILER_SYNTAX_TREE_BUILDER_H_

#include <cstdint>
#include <string_view>

#include "compiler/support/source.h"
#include "compiler/syntax/decode.h"
#include "compiler/syntax/tree.h"

namespace pol::syntax {

class TreeBuilder {
 protected:
  TreeBuilder(const Reading& reading, const Tree& tree)
      : reading_(reading), tree_(tree) {}

  const Node& At(uint32_t node) const { return tree_.nodes[node]; }
  const Token& First(uint32_t node) const {
    return tree_.tokens[At(node).first];
  }
  const Token& Last(uint32_t node) const { return tree_.tokens[At(node).last]; }
  support::Span SpanOf(const Token& token) const {
    return {reading_.file, token.begin, token.end};
  }
  support::Span SpanOf(uint32_t node) const {
    return {reading_.file, First(node).begin, Last(node).end};
  }
  std::string_view TextOf(const Token& token) const {
    return reading_.text.substr(token.begin, token.end - token.begin);
  }

  const Reading& reading_;
  const Tree& tree_;
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_TREE_BUILDER_H_
