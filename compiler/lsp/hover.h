// What a name, an attribute or a block is, for the reader who points at it.
#ifndef POL_COMPILER_LSP_HOVER_H_
#define POL_COMPILER_LSP_HOVER_H_

#include <cstdint>

#include "compiler/lsp/json.h"
#include "compiler/lsp/snapshot.h"
#include "compiler/support/source.h"

namespace pol::lsp {

// A Hover with Markdown; null when there is nothing to say.
Json HoverAt(const Snapshot& snapshot, support::FileId file, uint32_t offset);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_HOVER_H_
