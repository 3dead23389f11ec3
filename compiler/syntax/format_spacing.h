// Whether two neighbours on a line stand together or one blank apart.
#ifndef POL_COMPILER_SYNTAX_FORMAT_SPACING_H_
#define POL_COMPILER_SYNTAX_FORMAT_SPACING_H_

#include <string_view>
#include <vector>

#include "compiler/syntax/format_pieces.h"

namespace pol::syntax {

// Sets `blanks` of every piece but the first of each line to 0 or 1. `text` is
// what the pieces are of.
void SpacePieces(std::string_view text, std::vector<Piece>& pieces);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_FORMAT_SPACING_H_
