// The blocks and attributes of a file as a tree.
#ifndef POL_COMPILER_LSP_OUTLINE_H_
#define POL_COMPILER_LSP_OUTLINE_H_

#include "compiler/lsp/json.h"
#include "compiler/lsp/snapshot.h"
#include "compiler/support/source.h"

namespace pol::lsp {

// DocumentSymbol[]: a block goes by its labels, or by its type without one.
Json Outline(const Snapshot& snapshot, support::FileId file);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_OUTLINE_H_
