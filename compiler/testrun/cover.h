// Few sets that together hold all that any of them holds.
#ifndef POL_COMPILER_TESTRUN_COVER_H_
#define POL_COMPILER_TESTRUN_COVER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pol::testrun {

// Positions in `sets`, ascending: chosen greedily, the set that adds most first
// (of equals the first), then thinned until none can be left out. Members are
// smaller than `universe`.
std::vector<size_t> Cover(const std::vector<std::vector<uint32_t>>& sets,
                          size_t universe);

}  // namespace pol::testrun

#endif  // POL_COMPILER_TESTRUN_COVER_H_
