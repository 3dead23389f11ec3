// Text to Ast.
#ifndef POL_COMPILER_SYNTAX_PARSE_H_
#define POL_COMPILER_SYNTAX_PARSE_H_

#include <cstddef>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/dialect.h"

namespace pol::syntax {

inline constexpr size_t kFileLimit = size_t{8} << 20;  // bytes
// Brackets within brackets, blocks and interpolations included; the
// conditionals of one element nest to the right and count as well.
inline constexpr size_t kNestingLimit = 128;
// Of the tree of one expression: operators, indexes and splats that follow each
// other nest in it, though no bracket shows.
inline constexpr size_t kHeightLimit = 1000;
inline constexpr size_t kErrorLimit = 200;  // broken items of one file

// Never fails: what is wrong with the text goes to the sink, what could be
// understood comes back. A broken attribute is there with the value Invalid; a
// broken item without a name is not there. The Ast refers to the text in
// `sources`.
Ast Parse(support::FileId file, const support::SourceSet& sources,
          diag::Sink& sink, Dialect dialect = Dialect::kPolicy);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_PARSE_H_
