#include "compiler/testrun/cover.h"

#include <algorithm>
#include <queue>
#include <utility>

namespace pol::testrun {

std::vector<size_t> Cover(const std::vector<std::vector<uint32_t>>& sets,
                          size_t universe) {
  std::vector<uint32_t> times(universe);  // how often each member is covered
  auto gain = [&](size_t set) {
    return std::count_if(sets[set].begin(), sets[set].end(),
                         [&](uint32_t member) { return times[member] == 0; });
  };
  // What a set adds only shrinks, so that an old figure that is still the
  // largest once renewed is the largest.
  using Entry = std::pair<std::ptrdiff_t, std::ptrdiff_t>;  // gain, -position
  std::priority_queue<Entry> queue;
  for (size_t i = 0; i < sets.size(); ++i)
    queue.emplace(sets[i].size(), -static_cast<std::ptrdiff_t>(i));
  std::vector<size_t> chosen;
  while (!queue.empty()) {
    const Entry top = queue.top();
    queue.pop();
    const auto set = static_cast<size_t>(-top.second);
    const std::ptrdiff_t now = gain(set);
    if (now == 0) continue;
    if (now < top.first) {
      queue.emplace(now, top.second);
      continue;
    }
    chosen.push_back(set);
    for (uint32_t member : sets[set]) ++times[member];
  }
  // The first choices are the ones that later ones may have made needless.
  std::vector<size_t> needed;
  for (size_t set : chosen) {
    const bool needless =
        std::all_of(sets[set].begin(), sets[set].end(),
                    [&](uint32_t member) { return times[member] > 1; });
    if (!needless) {
      needed.push_back(set);
      continue;
    }
    for (uint32_t member : sets[set]) --times[member];
  }
  std::sort(needed.begin(), needed.end());
  return needed;
}

}  // namespace pol::testrun
