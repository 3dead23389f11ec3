// A new name for what one place mentions, in all files of the folder.
#ifndef POL_COMPILER_LSP_RENAME_H_
#define POL_COMPILER_LSP_RENAME_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/lsp/snapshot.h"
#include "compiler/lsp/symbols.h"
#include "compiler/support/source.h"
#include "compiler/support/status.h"

namespace pol::lsp {

// The mention at a place whose name can be changed here; null when there is
// none, or its declaration is not in this folder.
const Mention* Renamable(const Snapshot& snapshot, support::FileId file,
                         uint32_t offset);

// The name as it is written there, without quotes.
Span NameIn(const Snapshot& snapshot, const Mention& mention);

// The replacements that give it another name. kInvalidArgument when that is no
// name; kFailedPrecondition when another has it already, or when a syntax error
// may hide a mention.
absl::StatusOr<std::vector<std::pair<Span, std::string>>> Rename(
    const Snapshot& snapshot, const Mention& mention, std::string_view name);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_RENAME_H_
