// A syntax error in words for the author of a policy.
#ifndef POL_COMPILER_SYNTAX_EXPLAIN_H_
#define POL_COMPILER_SYNTAX_EXPLAIN_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diag/code.h"
#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/dialect.h"
#include "compiler/syntax/token.h"
#include "compiler/syntax/tree.h"

namespace pol::syntax {

// Where the parser is when it cannot go on.
struct Stop {
  Rule rule;      // innermost rule that is being read
  size_t begin;   // its first token
  size_t item;    // first token of the item that is being read
  size_t at;      // the token that does not fit
  bool in_block;  // the brace of the item's block has been read
};

class Explainer {
 public:
  Explainer(support::FileId file, std::string_view text,
            const std::vector<Token>& tokens, diag::Sink& sink, Dialect dialect)
      : file_(file),
        text_(text),
        tokens_(tokens),
        sink_(sink),
        dialect_(dialect) {}

  // Reports, unless the scanner has already said something about the same line.
  // False when the file has had kErrorLimit reports, which is then reported
  // instead.
  bool Explain(const Stop& stop);
  // The token is where an item should begin.
  bool ExplainJunk(size_t at);

 private:
  bool Report(size_t at, const diag::Code& code, std::string message,
              std::string help = "", diag::Fix fix = {});
  bool ExplainHeader(const Stop& stop);
  bool ExplainLine(const Stop& stop);
  bool ExplainOneLine(const Stop& stop);
  bool ExplainExpression(const Stop& stop);
  bool ExplainBracket(const Stop& stop);
  bool ExplainFor(const Stop& stop);
  bool ExplainSuffix(const Stop& stop);
  bool ExplainValue(const Stop& stop);
  bool IsLoop(const Stop& stop) const;
  // Whether a token of the kind stands in the bracket that is being read.
  bool Holds(const Stop& stop, TokenKind kind) const;
  bool SameLine(size_t a, size_t b) const;
  bool TouchesBadToken(size_t at) const;
  support::Span Place(size_t at) const;
  std::string Found(size_t at) const;
  std::string_view TextOf(size_t at) const;

  const support::FileId file_;
  const std::string_view text_;
  const std::vector<Token>& tokens_;
  diag::Sink& sink_;
  const Dialect dialect_;
  size_t reported_ = 0;
};

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_EXPLAIN_H_
