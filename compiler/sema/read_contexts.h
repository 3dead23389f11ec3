// Attributes about labels that several blocks have.
#ifndef POL_COMPILER_SEMA_READ_CONTEXTS_H_
#define POL_COMPILER_SEMA_READ_CONTEXTS_H_

#include <optional>
#include <string_view>

#include "compiler/sema/block_reader.h"
#include "compiler/values/file_context.h"

namespace pol::sema {

// The attribute `kind`; `any` says whether that is one of its words.
void SetFileKind(BlockReader& reader, values::FileKind& kind, bool any);

// A security context. `none` becomes true, and nothing comes back, for
// `<<none>>`.
std::optional<values::FileContext> ReadContext(BlockReader& reader,
                                               std::string_view name,
                                               bool& none);

}  // namespace pol::sema

#endif  // POL_COMPILER_SEMA_READ_CONTEXTS_H_
