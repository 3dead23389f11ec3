// Seconds on one core, ours and those of HCL's own parser and formatter.
#ifndef POL_TESTS_BENCH_STOPWATCH_H_
#define POL_TESTS_BENCH_STOPWATCH_H_

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>

#include "absl/status/statusor.h"

namespace pol::bench {

// Keeps this process and those it starts on the core it runs on.
void StayOnOneCore();

// The best of this many times counts, on both sides: what else the machine does
// is nobody's merit.
inline constexpr int kTimes = 4;

template <typename Work>
double SecondsOf(Work work) {
  double best = std::numeric_limits<double>::infinity();
  for (int time = 0; time < kTimes; ++time) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - begin;
    best = std::min(best, seconds.count());
  }
  return best;
}

// HCL's program of tests/bench/peers, where the build has put it.
class HclPeer {
 public:
  // `text` is what it works on.
  explicit HclPeer(const std::string& text);
  ~HclPeer();
  HclPeer(const HclPeer&) = delete;
  HclPeer& operator=(const HclPeer&) = delete;

  // "" or why there is nothing to measure beside.
  const std::string& why_not() const { return why_not_; }

  // `work` is "parse" or "format". All times are of one process, whose start
  // does not count.
  absl::StatusOr<double> Seconds(const std::string& work) const;

 private:
  std::string program_;
  std::string file_;
  std::string why_not_;
};

}  // namespace pol::bench

#endif  // POL_TESTS_BENCH_STOPWATCH_H_
