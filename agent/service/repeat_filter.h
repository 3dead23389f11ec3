// Lets a line through a few times, then counts it: for a log that a stubborn
// client must not fill.
#ifndef POL_AGENT_SERVICE_REPEAT_FILTER_H_
#define POL_AGENT_SERVICE_REPEAT_FILTER_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace pol::service {

class RepeatFilter {
 public:
  // Of equal lines `burst` pass in each window of `window_ms`.
  RepeatFilter(uint32_t burst, int64_t window_ms)
      : burst_(burst), window_ms_(window_ms) {}

  bool Admit(const std::string& line, int64_t now_ms);

  // Lines that were held back in windows that are over by `now_ms`, with how
  // often; each is told once.
  struct Held {
    std::string line;
    uint64_t times = 0;
  };
  std::vector<Held> TakeHeld(int64_t now_ms);

 private:
  struct Window {
    int64_t began_ms = 0;
    uint64_t seen = 0;
  };
  // Lines beyond this many are held back together under the empty line: a
  // client that varies its lines must not fill our memory either.
  static constexpr size_t kMaxLines = 4096;

  uint32_t burst_;
  int64_t window_ms_;
  std::map<std::string, Window> windows_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_REPEAT_FILTER_H_
