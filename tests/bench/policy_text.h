// The text that parsing, compiling and formatting are measured with.
#ifndef POL_TESTS_BENCH_POLICY_TEXT_H_
#define POL_TESTS_BENCH_POLICY_TEXT_H_

#include <cstddef>
#include <string>

namespace pol::bench {

// As many policies, each with its comment, as make up `bytes`; about 3,800 a
// megabyte. They compile, HCL accepts them, and they are not yet formatted.
std::string PolicyText(size_t bytes);

}  // namespace pol::bench

#endif  // POL_TESTS_BENCH_POLICY_TEXT_H_
