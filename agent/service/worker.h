// One thread that does long work in order, beside the event loop, which must
// never wait.
#ifndef POL_AGENT_SERVICE_WORKER_H_
#define POL_AGENT_SERVICE_WORKER_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace pol::service {

class Worker {
 public:
  Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  // Ends what is running, drops what is waiting.
  ~Worker();

  void Do(std::function<void()> work);

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> waiting_;  // guarded by mutex_
  bool ending_ = false;                        // guarded by mutex_
  std::thread thread_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_WORKER_H_
