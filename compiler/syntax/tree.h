// The parse tree without ANTLR: which rule of PolParser.g4 matched which
// tokens.
//
// Nodes stand in the order in which rules were entered, so the children of a
// node follow it, and `end` tells where its subtree ends. Tokens are no nodes.
#ifndef POL_COMPILER_SYNTAX_TREE_H_
#define POL_COMPILER_SYNTAX_TREE_H_

#include <cstdint>
#include <vector>

#include "compiler/syntax/token.h"

namespace pol::syntax {

// The rules of the grammar, in their order.
enum class Rule : uint8_t {
  kConfiguration,
  kBody,
  kItem,
  kBlock,
  kLabel,
  kOneLine,
  kExpression,
  kConditional,
  kTerm,
  kCall,
  kParentheses,
  kTemplateString,
  kSuffix,
  kList,
  kObject,
  kObjectItem,
  kForIntroduction,
  kForCondition,
};

struct Node {
  Rule rule;
  uint32_t first = 0;  // token
  uint32_t last = 0;   // token; before `first` when the rule matched nothing
  uint32_t end = 0;    // node behind the subtree
};

struct Tree {
  std::vector<Token> tokens;  // as LayOut() left them
  std::vector<Node> nodes;    // the first one is kConfiguration
  // By token: the item that begins there is broken, and was reported.
  std::vector<bool> broken;
};

// The children of a node of `tree`: for (uint32_t child : Children(tree,
// parent)).
class Children {
 public:
  class Iterator {
   public:
    Iterator(const Tree& tree, uint32_t at) : tree_(tree), at_(at) {}
    uint32_t operator*() const { return at_; }
    Iterator& operator++() {
      at_ = tree_.nodes[at_].end;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const Tree& tree_;
    uint32_t at_;
  };

  Children(const Tree& tree, uint32_t parent) : tree_(tree), parent_(parent) {}
  Iterator begin() const { return {tree_, parent_ + 1}; }
  Iterator end() const { return {tree_, tree_.nodes[parent_].end}; }

 private:
  const Tree& tree_;
  uint32_t parent_;
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_TREE_H_
