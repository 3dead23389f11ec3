// Text to Ast.
#ifndef POL_COMPILER_SYNTAX_PARSE_H_
#define POL_COMPILER_SYNTAX_PARSE_H_

#include <cstddef>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/ast.h"

namespace pol::syntax {

inline constexpr size_t kFileLimit = size_t{8} << 20;  // bytes
inline constexpr size_t kNestingLimit = 128;  // brackets within brackets
inline constexpr size_t kErrorLimit = 200;    // broken items of one file

// Never fails: what is wrong with the text goes to the sink, what could be
// understood comes back. A broken attribute is there with the value Invalid; a
// broken item without a name is not there. The Ast refers to the text in
// `sources`.
Ast Parse(support::FileId file, const support::SourceSet& sources,
          diag::Sink& sink);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_PARSE_H_
