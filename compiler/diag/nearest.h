// "Did you mean": the known name closest to what was written.
#ifndef POL_COMPILER_DIAG_NEAREST_H_
#define POL_COMPILER_DIAG_NEAREST_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "absl/types/span.h"

namespace pol::diag {

// Insertions, deletions, substitutions and swaps of neighbours that turn `a`
// into `b`, counted no further than `limit` (then limit + 1).
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);

// The best of `known` within a third of the written length (at least one edit);
// of equals, the one that comes first in the alphabet. Nothing when none is
// close.
std::optional<std::string_view> Nearest(
    std::string_view written, absl::Span<const std::string_view> known);

}  // namespace pol::diag

#endif  // POL_COMPILER_DIAG_NEAREST_H_
