// Diagnostics as the protocol has them, and what can be done about them.
#ifndef POL_COMPILER_LSP_FINDINGS_H_
#define POL_COMPILER_LSP_FINDINGS_H_

#include <vector>

#include "compiler/diag/diagnostic.h"
#include "compiler/lsp/json.h"
#include "compiler/lsp/snapshot.h"
#include "compiler/support/source.h"

namespace pol::lsp {

// What a client can do with them.
struct FindingOptions {
  bool related = false;    // shows other places
  bool data = false;       // hands `data` back
  bool versioned = false;  // takes edits that name a version
};

// The Diagnostic[] of each file, by FileId.
std::vector<Json> FindingsOf(const Snapshot& snapshot, FindingOptions options);

// The CodeAction[] for what was found in `place`.
Json ActionsAt(const Snapshot& snapshot, Span place, FindingOptions options);

}  // namespace pol::lsp

#endif  // POL_COMPILER_LSP_FINDINGS_H_
