// What can be written at a cursor.
#ifndef POL_COMPILER_LSP_COMPLETION_H_
#define POL_COMPILER_LSP_COMPLETION_H_

#include <cstdint>

#include "compiler/lsp/json.h"
#include "compiler/lsp/snapshot.h"
#include "compiler/support/source.h"

namespace pol::lsp {

// A CompletionList: block types and attributes where an item begins, words,
// names and functions in a value. With `snippets` a block comes with its label
// and braces.
Json Complete(const Snapshot& snapshot, support::FileId file, uint32_t offset,
              bool snippets);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_COMPLETION_H_
