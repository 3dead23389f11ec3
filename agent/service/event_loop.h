// One thread that waits for descriptors and calls who asked for them.
#ifndef POL_AGENT_SERVICE_EVENT_LOOP_H_
#define POL_AGENT_SERVICE_EVENT_LOOP_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "compiler/support/status.h"

namespace pol::service {

class EventLoop {
 public:
  using Callback = std::function<void(uint32_t events)>;

  static absl::StatusOr<std::unique_ptr<EventLoop>> Make();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  ~EventLoop();

  // `events` as in epoll_ctl(2). The descriptor stays its owner's, who
  // removes it before closing it.
  absl::Status Add(int fd, uint32_t events, Callback callback);
  void Modify(int fd, uint32_t events);
  void Remove(int fd);

  // Calls `callback` about every `period_ms`, while the loop runs.
  void Every(int period_ms, std::function<void()> callback);

  // From any thread: `work` runs on the loop's thread.
  void Post(std::function<void()> work);

  // Until Stop(), which may be called from any thread, even before.
  absl::Status Run();
  void Stop();

 private:
  struct Timer {
    int period_ms;
    int64_t due_ms;
    std::function<void()> callback;
  };

  EventLoop(int epoll, int wake) : epoll_(epoll), wake_(wake) {}
  void RunPosted();
  // Runs what is due; returns the time until the next one, -1 for never.
  int RunTimers();

  int epoll_;
  int wake_;  // eventfd: something was posted
  bool stopped_ = false;
  std::map<int, std::shared_ptr<Callback>> callbacks_;
  std::vector<Timer> timers_;
  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;  // guarded by mutex_
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_EVENT_LOOP_H_
