// Which characters make a name.
//
// As in HCL: UAX #31, with "_" also at the start and "-" after it.
#ifndef POL_COMPILER_SYNTAX_IDENTIFIER_H_
#define POL_COMPILER_SYNTAX_IDENTIFIER_H_

#include <cstddef>
#include <string_view>

namespace pol::syntax {

// Where the name at `begin` ends; `begin` when none begins there.
size_t IdentifierEnd(std::string_view text, size_t begin);

// Where the characters end, from `begin`, that may stand in a name after its
// first one.
size_t IdentifierRestEnd(std::string_view text, size_t begin);

}  // namespace pol::syntax

#endif  // POL_COMPILER_SYNTAX_IDENTIFIER_H_
