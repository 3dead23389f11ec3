// How libselinux reads the first word of a line of file_contexts(5): as one
// path, which is compared, or as a regular expression, which is matched.
//
// Releases differ. Up to 3.7 a rule with a literal first folder ("stem") is
// tried on paths with the same first folder, compared as it is written; since
// 3.8 rules are sorted into a tree of up to three literal folders, and more is
// taken for an expression. What all releases read alike is kLiteral or
// kExpression; everything else is kUnknown.
#ifndef POL_COMPILER_FILECONTEXTS_EXPRESSION_H_
#define POL_COMPILER_FILECONTEXTS_EXPRESSION_H_

#include <string>
#include <string_view>

#include "compiler/automata/regex_tree.h"

namespace pol::filecontexts {

struct Expression {
  enum class As { kLiteral, kExpression, kUnknown };
  As as = As::kUnknown;
  std::string literal;  // kLiteral: the path
  // kExpression: what it matches. kUnknown: for no other paths can any release
  // take it into account.
  automata::RegexTree paths;
  // kUnknown: some release takes it for a literal, which beats expressions.
  bool maybe_literal = false;
  // kUnknown: libselinux may fail on it, and then does not look further.
  bool may_fail = false;
  // In how many folders of the tree of libselinux 3.8 it stands.
  int depth = 0;
};

Expression ReadExpression(std::string_view text);

// The text that everything a tree matches begins with; a lower bound.
std::string CertainStart(const automata::RegexTree& tree);

// All texts that begin with `start`.
automata::RegexTree AllBelow(std::string_view start);

}  // namespace pol::filecontexts

#endif  // POL_COMPILER_FILECONTEXTS_EXPRESSION_H_
