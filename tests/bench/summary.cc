#include "tests/bench/summary.h"

#include <algorithm>

#include "absl/strings/str_format.h"
#include "compiler/support/check.h"

namespace pol::bench {

Summary Summarise(std::vector<double> values) {
  POL_CHECK(!values.empty()) << "nothing was measured";
  std::sort(values.begin(), values.end());
  auto at = [&values](double part) {
    return values[static_cast<size_t>(
        part * static_cast<double>(values.size() - 1) + 0.5)];
  };
  return {at(0.25), at(0.5), at(0.75)};
}

std::string ToString(const Summary& summary) {
  return absl::StrFormat("%.3f (%.3f-%.3f)", summary.middle, summary.low,
                         summary.high);
}

}  // namespace pol::bench
