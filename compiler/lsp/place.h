// Where in a tree an offset lies, and what the language says about that place.
#ifndef POL_COMPILER_LSP_PLACE_H_
#define POL_COMPILER_LSP_PLACE_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/sema/schema.h"
#include "compiler/syntax/ast.h"

namespace pol::lsp {

// Refers to the tree.
struct Place {
  std::vector<const syntax::Block*> blocks;      // outermost first
  const syntax::Attribute* attribute = nullptr;  // of the innermost block
  bool on_type = false;  // on the type of the innermost block
  bool on_name = false;  // on the name of the attribute
};

Place PlaceAt(const syntax::Ast& ast, uint32_t offset);

// The rule of a block that stands in others of these types, outermost first;
// null for one that the language does not know there.
const sema::BlockRule* RuleOf(absl::Span<const std::string_view> types);
const sema::AttributeRule* RuleOf(const sema::BlockRule& block,
                                  std::string_view attribute);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_PLACE_H_
