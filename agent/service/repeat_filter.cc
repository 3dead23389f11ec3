#include "agent/service/repeat_filter.h"

namespace pol::service {

bool RepeatFilter::Admit(const std::string& line, int64_t now_ms) {
  bool known = windows_.count(line) != 0;
  bool full = !known && windows_.size() >= kMaxLines;
  Window& window = windows_[full ? std::string() : line];
  if (window.seen == 0) window.began_ms = now_ms;
  ++window.seen;
  return window.seen <= burst_;
}

std::vector<RepeatFilter::Held> RepeatFilter::TakeHeld(int64_t now_ms) {
  std::vector<Held> held;
  for (auto it = windows_.begin(); it != windows_.end();) {
    const Window& window = it->second;
    if (now_ms - window.began_ms < window_ms_) {
      ++it;
      continue;
    }
    if (window.seen > burst_) held.push_back({it->first, window.seen - burst_});
    it = windows_.erase(it);
  }
  return held;
}

}  // namespace pol::service
