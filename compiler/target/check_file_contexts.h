// How the file-context rules of a policy get along with those that the target
// has already.
#ifndef POL_COMPILER_TARGET_CHECK_FILE_CONTEXTS_H_
#define POL_COMPILER_TARGET_CHECK_FILE_CONTEXTS_H_

#include <cstddef>

#include "compiler/diag/sink.h"
#include "compiler/filecontexts/file_contexts.h"
#include "compiler/ir/rule_set.h"
#include "compiler/support/status.h"

namespace pol::target {

// Needs: origins with spans. Every finding has a path for which libselinux,
// with the rules as they will be written, says what the finding says; the
// number of findings of which it said something else, and which are left out.
// Local rules of the target that have the key of one of the policy's are taken
// for that one.
absl::StatusOr<size_t> CheckFileContexts(const ir::RuleSet& rules,
                                         const filecontexts::Texts& texts,
                                         diag::Sink& sink);

}  // namespace pol::target

#endif  // POL_COMPILER_TARGET_CHECK_FILE_CONTEXTS_H_
