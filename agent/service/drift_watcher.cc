#include "agent/service/drift_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <utility>

#include "agent/service/log.h"

namespace pol::service {
namespace {

// Without events; with them, for what no event tells: a label changed through
// a hard link outside of its tree.
constexpr int64_t kRescanMs = 60'000;
constexpr int64_t kRareRescanMs = 3'600'000;
// Reading everything takes a tenth of the time at most, whatever is lost.
constexpr int64_t kRestFactor = 10;
// Events on files of no interest come in such numbers: equal ones are one
// event when they are heard later.
constexpr size_t kStorm = 256;
constexpr int kStormRestMs = 10;

int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

int64_t UnixMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool AllByEvents(const std::vector<kernel::Coverage>& coverage) {
  return std::all_of(coverage.begin(), coverage.end(),
                     [](const kernel::Coverage& one) { return one.events; });
}

}  // namespace

absl::StatusOr<std::unique_ptr<DriftWatcher>> DriftWatcher::Start(
    std::unique_ptr<kernel::FileWatch> watch, DriftKeeper& keeper,
    Worker& worker) {
  kernel::Fd wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.ok()) return support::SystemError(errno, "eventfd");
  std::unique_ptr<DriftWatcher> watcher(
      new DriftWatcher(std::move(watch), keeper, worker, std::move(wake)));
  watcher->thread_ = std::thread([raw = watcher.get()] { raw->Run(); });
  return watcher;
}

DriftWatcher::DriftWatcher(std::unique_ptr<kernel::FileWatch> watch,
                           DriftKeeper& keeper, Worker& worker, kernel::Fd wake)
    : watch_(std::move(watch)),
      keeper_(keeper),
      worker_(worker),
      wake_(std::move(wake)) {}

DriftWatcher::~DriftWatcher() { Stop(); }

void DriftWatcher::Stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    ending_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

void DriftWatcher::Wake() {
  uint64_t one = 1;
  ssize_t written = write(wake_.get(), &one, sizeof(one));
  static_cast<void>(written);
}

void DriftWatcher::Follow(kernel::Interest interest) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    next_ = std::move(interest);
  }
  Wake();
}

v1::DriftReport DriftWatcher::Report() {
  std::lock_guard<std::mutex> lock(mutex_);
  v1::DriftReport report;
  report.set_watching(trouble_.empty());
  report.set_reason(trouble_);
  for (const kernel::Coverage& one : coverage_) {
    v1::WatchedFileSystem* out = report.add_file_systems();
    out->set_mount_point(one.mount_point);
    out->set_type(one.type);
    out->set_events(one.events);
    out->set_reason(one.reason);
  }
  book_.Fill(&report, SteadyMs());
  return report;
}

void DriftWatcher::Run() {
  while (true) {
    std::optional<kernel::Interest> next;
    int64_t timeout = -1;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      if (ending_) return;
      next = std::exchange(next_, std::nullopt);
      if (!interest_.empty() && rescan_ms_ <= SteadyMs()) {
        book_.TouchEverything(SteadyMs());
        rescan_ms_ = SteadyMs() + (AllByEvents(coverage_) && trouble_.empty()
                                       ? kRareRescanMs
                                       : kRescanMs);
      }
      std::optional<int64_t> due = book_.NextDue();
      if (!interest_.empty())
        due = std::min(due.value_or(rescan_ms_), rescan_ms_);
      // While the worker looks, what comes is collected.
      if (due && !looking_) timeout = std::max<int64_t>(0, *due - SteadyMs());
    }
    if (next) {
      interest_ = *std::move(next);
      Rewatch(interest_, /*forget=*/true);
      continue;
    }
    watch_->Wait(wake_.get(), static_cast<int>(timeout));
    uint64_t woken;
    ssize_t size = read(wake_.get(), &woken, sizeof(woken));
    static_cast<void>(size);
    Hear();
    StartLooking();
  }
}

void DriftWatcher::Rewatch(const kernel::Interest& interest, bool forget) {
  absl::StatusOr<std::vector<kernel::Coverage>> watched =
      watch_->Watch(interest);
  std::lock_guard<std::mutex> lock(mutex_);
  if (forget) book_.Forget();
  std::vector<kernel::Coverage> before = std::exchange(coverage_, {});
  trouble_ = watched.ok() ? "" : std::string(watched.status().message());
  if (watched.ok()) coverage_ = *std::move(watched);
  if (!trouble_.empty()) {
    Log(Priority::kError, absl::StrCat("drift: nothing is watched: ", trouble_,
                                       "; files are read again every minute"));
  }
  for (const kernel::Coverage& one : coverage_) {
    bool known =
        std::any_of(before.begin(), before.end(), [&](const auto& old) {
          return old.mount_point == one.mount_point && old.reason == one.reason;
        });
    if (one.events || known) continue;
    Log(Priority::kWarning,
        absl::StrCat("drift: ", one.mount_point, " (", one.type,
                     ") is not watched: ", one.reason,
                     "; its files are read again every minute"));
  }
  // What happened before the marks were there is told by nobody.
  rescan_ms_ = interest.empty() ? 0 : SteadyMs();
}

void DriftWatcher::Hear() {
  absl::StatusOr<kernel::Batch> batch = watch_->Read();
  if (!batch.ok()) {
    Log(Priority::kError, absl::StrCat("drift: ", batch.status().message()));
    // Anew: what cannot be read would be there for ever.
    Rewatch(interest_, /*forget=*/false);
    return;
  }
  if (batch->moved) Rewatch(interest_, /*forget=*/false);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    for (const kernel::Touched& touched : batch->touched)
      book_.Touch(touched, SteadyMs());
    if (batch->lost) {
      Log(Priority::kNotice,
          "drift: the kernel dropped events; all files are read again");
      book_.TouchEverything(SteadyMs() + kRestFactor * everything_took_);
    }
  }
  if (batch->touched.empty() && batch->seen >= kStorm) {
    pollfd wake = {wake_.get(), POLLIN, 0};
    poll(&wake, 1, kStormRestMs);
  }
}

void DriftWatcher::StartLooking() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (looking_) return;
  std::optional<apply::Scope> scope = book_.Take(SteadyMs());
  if (!scope) return;
  looking_ = true;
  worker_.Do([this, scope = *std::move(scope)] {
    Look(scope);
    std::lock_guard<std::mutex> done(mutex_);
    looking_ = false;
    Wake();
  });
}

void DriftWatcher::Look(const apply::Scope& scope) {
  int64_t began = SteadyMs();
  absl::StatusOr<std::vector<apply::Drift>> drift = keeper_.Read(scope);
  DriftBook::Orders orders;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    int64_t now = SteadyMs();
    if (scope.everything) everything_took_ = now - began;
    if (!drift.ok()) {
      Log(Priority::kError, absl::StrCat("drift: files cannot be read: ",
                                         drift.status().message()));
      book_.Later(scope, now + DriftBook::kFirstPauseMs);
      return;
    }
    orders = book_.Found(scope, *drift, now, UnixMs());
    Say();
  }
  if (!orders.empty()) PutBack(orders);
}

void DriftWatcher::PutBack(const DriftBook::Orders& orders) {
  absl::Status status;
  // The records first: files follow them.
  if (orders.records) status = keeper_.RepairRecords();
  if (!orders.files.empty() && !absl::IsUnavailable(status))
    status.Update(keeper_.RepairFiles(orders.files));
  apply::Scope again;
  again.everything = orders.records;
  again.files = orders.files;
  if (absl::IsUnavailable(status)) {
    // A polc that found no pold is at work.
    std::lock_guard<std::mutex> lock(mutex_);
    book_.Later(again, SteadyMs() + DriftBook::kRetryMs);
    return;
  }
  std::vector<apply::Drift> left;
  if (!status.ok()) {
    absl::StatusOr<std::vector<apply::Drift>> read = keeper_.Read(again);
    left = read.ok() ? *std::move(read) : orders.drift;
  }
  std::lock_guard<std::mutex> lock(mutex_);
  book_.Done(orders, status, left, SteadyMs(), UnixMs());
  Say();
}

void DriftWatcher::Say() {
  for (const auto& [priority, line] : book_.TakeLines()) Log(priority, line);
}

}  // namespace pol::service
