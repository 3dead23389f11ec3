// The middle of some measurements and how far they spread.
#ifndef POL_TESTS_BENCH_SUMMARY_H_
#define POL_TESTS_BENCH_SUMMARY_H_

#include <string>
#include <vector>

namespace pol::bench {

// Quartiles by the nearest rank.
struct Summary {
  double low = 0;     // first quartile
  double middle = 0;  // median
  double high = 0;    // third quartile
};

// `values` is not empty.
Summary Summarise(std::vector<double> values);

// "0.894 (0.850-0.947)"
std::string ToString(const Summary& summary);

}  // namespace pol::bench

#endif  // POL_TESTS_BENCH_SUMMARY_H_
