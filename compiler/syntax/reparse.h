// The parse of a file that is being edited, kept up with its text at a cost
// that follows the edit: only the items around it are read again.
#ifndef POL_COMPILER_SYNTAX_REPARSE_H_
#define POL_COMPILER_SYNTAX_REPARSE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::syntax {

// What Parse() makes of a file and what it says about it, in source order.
struct ParsedFile {
  Ast ast;
  std::vector<diag::Diagnostic> diagnostics;
  std::string_view text;  // of the SourceSet
};

ParsedFile ParseFile(support::FileId file, const support::SourceSet& sources);

// The bytes [begin, end) of a text became `length` others. The default is no
// change at all.
struct Change {
  uint32_t begin = 0;
  uint32_t end = 0;
  uint32_t length = 0;

  // One change for this one and, made after it, `next`.
  Change Then(Change next) const;

  friend bool operator==(const Change&, const Change&) = default;
};

// The same as ParseFile(file, sources), where `before` is the parse of what the
// file was before the change, maybe with another number in another SourceSet,
// which still lives. The cost is that of reading two or three items, and of a
// walk over the tree. All is read again where an edit can reach further than
// its items: while brackets do not match, or a comment or heredoc has no end.
ParsedFile Reparse(ParsedFile before, Change change, support::FileId file,
                   const support::SourceSet& sources);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_REPARSE_H_
