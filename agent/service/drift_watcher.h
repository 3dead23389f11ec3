// Watches the files of the policy in force and has what drifts put back within
// a second.
//
// A thread of its own hears the kernel, so that a storm of events stalls
// nobody and who did something is looked up before it ends. Reading and
// repairing happens on the worker, where nothing else changes the host.
#ifndef POL_AGENT_SERVICE_DRIFT_WATCHER_H_
#define POL_AGENT_SERVICE_DRIFT_WATCHER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "agent/apply/drift.h"
#include "agent/kernel/fd.h"
#include "agent/kernel/watch/file_watch.h"
#include "agent/service/drift.pb.h"
#include "agent/service/drift_book.h"
#include "agent/service/worker.h"
#include "compiler/support/status.h"

namespace pol::service {

// The host as the watcher needs it; called on the worker only.
class DriftKeeper {
 public:
  virtual ~DriftKeeper() = default;
  DriftKeeper() = default;
  DriftKeeper(const DriftKeeper&) = delete;
  DriftKeeper& operator=(const DriftKeeper&) = delete;

  virtual absl::StatusOr<std::vector<apply::Drift>> Read(
      const apply::Scope& scope) = 0;
  virtual absl::Status RepairFiles(const std::set<std::string>& paths) = 0;
  virtual absl::Status RepairRecords() = 0;
};

class DriftWatcher {
 public:
  // Watches nothing yet. `keeper` and `worker` outlive Stop().
  static absl::StatusOr<std::unique_ptr<DriftWatcher>> Start(
      std::unique_ptr<kernel::FileWatch> watch, DriftKeeper& keeper,
      Worker& worker);
  DriftWatcher(const DriftWatcher&) = delete;
  DriftWatcher& operator=(const DriftWatcher&) = delete;
  ~DriftWatcher();

  // Gives the worker no more to do, and does not wait for what it has. The
  // worker ends before the watcher does.
  void Stop();

  // From any thread: another bundle is in force, or none. What is of interest
  // is watched from now on, and everything is read once.
  void Follow(kernel::Interest interest);

  // From any thread.
  v1::DriftReport Report();

 private:
  DriftWatcher(std::unique_ptr<kernel::FileWatch> watch, DriftKeeper& keeper,
               Worker& worker, kernel::Fd wake);

  void Run();
  void Wake();
  // On the own thread, without the lock, which the watch must not hold up.
  void Rewatch(const kernel::Interest& interest, bool forget);
  void Hear();
  void StartLooking();
  // On the worker.
  void Look(const apply::Scope& scope);
  void PutBack(const DriftBook::Orders& orders);
  void Say();

  std::unique_ptr<kernel::FileWatch> watch_;  // used on the own thread only
  DriftKeeper& keeper_;
  Worker& worker_;
  kernel::Fd wake_;
  kernel::Interest interest_;  // on the own thread

  std::mutex mutex_;  // guards what follows
  DriftBook book_;
  std::optional<kernel::Interest> next_;
  std::vector<kernel::Coverage> coverage_;
  std::string trouble_;  // why nothing is watched
  bool ending_ = false;
  bool looking_ = false;
  int64_t rescan_ms_ = 0;  // when everything is read next
  int64_t everything_took_ = 0;

  std::thread thread_;
};

}  // namespace pol::service

#endif  // POL_AGENT_SERVICE_DRIFT_WATCHER_H_
