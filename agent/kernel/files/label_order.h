// How this host's libselinux orders what it reads.
#ifndef POL_AGENT_KERNEL_FILES_LABEL_ORDER_H_
#define POL_AGENT_KERNEL_FILES_LABEL_ORDER_H_

#include "compiler/support/status.h"

namespace pol::kernel {

// Of two lines of file_contexts(5) with the same literal path and kinds that
// overlap, whether the first one counts, as since libselinux 3.8, or the last,
// as before. Found by asking it: the library does not tell its version.
absl::StatusOr<bool> FirstLiteralWins();

}  // namespace pol::kernel

#endif  // POL_AGENT_KERNEL_FILES_LABEL_ORDER_H_
