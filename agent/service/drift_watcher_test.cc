// The watcher between a watch and a host that are both in memory.
#include "agent/service/drift_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>

#include "tests/harness/wait.h"

namespace pol::service {
namespace {

using harness::WaitUntil;
using ::testing::HasSubstr;

// Tells what the test puts in.
class TestWatch : public kernel::FileWatch {
 public:
  struct State {
    std::mutex mutex;
    kernel::Batch batch;                     // guarded by mutex
    std::vector<kernel::Coverage> coverage;  // guarded by mutex
    std::atomic<int> watched = 0;
    int ready = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

    ~State() { close(ready); }
    void Add(kernel::Batch more) {
      std::lock_guard<std::mutex> lock(mutex);
      batch = std::move(more);
      uint64_t one = 1;
      EXPECT_EQ(write(ready, &one, sizeof(one)), 8);
    }
  };
  explicit TestWatch(State& state) : state_(state) {}

  absl::StatusOr<std::vector<kernel::Coverage>> Watch(
      const kernel::Interest&) override {
    std::lock_guard<std::mutex> lock(state_.mutex);
    ++state_.watched;
    return state_.coverage;
  }
  void Wait(int wake, int timeout_ms) override {
    std::array<pollfd, 2> fds = {
        {{wake, POLLIN, 0}, {state_.ready, POLLIN, 0}}};
    poll(fds.data(), fds.size(), timeout_ms);
  }
  absl::StatusOr<kernel::Batch> Read() override {
    std::lock_guard<std::mutex> lock(state_.mutex);
    uint64_t count;
    ssize_t size = read(state_.ready, &count, sizeof(count));
    static_cast<void>(size);
    return std::exchange(state_.batch, {});
  }

 private:
  State& state_;
};

// A host of which the test says what has drifted.
class TestKeeper : public DriftKeeper {
 public:
  absl::StatusOr<std::vector<apply::Drift>> Read(
      const apply::Scope& scope) override {
    std::lock_guard<std::mutex> lock(mutex);
    ++reads;
    if (scope.everything) ++everything;
    std::vector<apply::Drift> found;
    for (const std::string& path : drifted) {
      if (!scope.everything && scope.files.count(path) == 0) continue;
      found.push_back({{"file " + path, "capabilities", "", "x", "a.pol:1"},
                       path,
                       false,
                       false});
    }
    return found;
  }
  absl::Status RepairFiles(const std::set<std::string>& paths) override {
    std::lock_guard<std::mutex> lock(mutex);
    if (busy > 0) {
      --busy;
      return absl::UnavailableError("somebody else is at work");
    }
    for (const std::string& path : paths) drifted.erase(path);
    return absl::OkStatus();
  }
  absl::Status RepairRecords() override { return absl::OkStatus(); }

  bool Right() {
    std::lock_guard<std::mutex> lock(mutex);
    return drifted.empty();
  }
  void Drift(const std::string& path) {
    std::lock_guard<std::mutex> lock(mutex);
    drifted.insert(path);
  }

  std::mutex mutex;
  std::set<std::string> drifted;
  int busy = 0;
  std::atomic<int> reads = 0;
  std::atomic<int> everything = 0;
};

class DriftWatcherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto watcher = DriftWatcher::Start(std::make_unique<TestWatch>(watch_),
                                       keeper_, worker_);
    ASSERT_TRUE(watcher.ok()) << watcher.status();
    watcher_ = *std::move(watcher);
  }
  void TearDown() override { watcher_->Stop(); }

  // As a bundle comes into force: everything is read once.
  void Follow() {
    int before = keeper_.everything;
    kernel::Interest interest;
    interest.files["/x"] = true;
    watcher_->Follow(interest);
    ASSERT_TRUE(WaitUntil([&] { return keeper_.everything > before; }));
  }
  void Touch(const std::string& path) {
    kernel::Batch batch;
    kernel::Touched touched;
    touched.path = path;
    batch.touched.push_back(std::move(touched));
    batch.seen = 1;
    watch_.Add(std::move(batch));
  }

  TestWatch::State watch_;
  TestKeeper keeper_;
  std::unique_ptr<DriftWatcher> watcher_;
  Worker worker_;  // ends before the watcher
};

TEST_F(DriftWatcherTest, NothingIsReadBeforeAPolicyIsInForce) {
  Touch("/x");
  Follow();
  EXPECT_EQ(watch_.watched, 1);
  EXPECT_TRUE(watcher_->Report().watching());
}

TEST_F(DriftWatcherTest, WhatIsTouchedIsPutBack) {
  Follow();
  keeper_.Drift("/x");
  keeper_.Drift("/elsewhere");
  Touch("/x");
  ASSERT_TRUE(WaitUntil([&] { return watcher_->Report().lately_size() == 1; }));
  EXPECT_EQ(watcher_->Report().lately(0).difference().object(), "file /x");
  EXPECT_FALSE(keeper_.Right());  // nobody told of the other one
}

TEST_F(DriftWatcherTest, LostEventsMeanThatEverythingIsRead) {
  Follow();
  keeper_.Drift("/elsewhere");
  kernel::Batch batch;
  batch.lost = true;
  watch_.Add(std::move(batch));
  EXPECT_TRUE(WaitUntil([&] { return keeper_.Right(); }));
}

TEST_F(DriftWatcherTest, FoldersThatMoveAreWatchedAnew) {
  Follow();
  int before = keeper_.everything;
  kernel::Batch batch;
  batch.moved = true;
  watch_.Add(std::move(batch));
  EXPECT_TRUE(WaitUntil([&] { return keeper_.everything > before; }));
  EXPECT_EQ(watch_.watched, 2);
}

TEST_F(DriftWatcherTest, AHostThatIsBusyIsWaitedFor) {
  Follow();
  keeper_.Drift("/x");
  keeper_.busy = 1;
  Touch("/x");
  EXPECT_TRUE(WaitUntil([&] { return keeper_.Right(); }));
  EXPECT_EQ(watcher_->Report().lately_size(), 1);
}

TEST_F(DriftWatcherTest, WhatIsNotWatchedByEventsIsSaid) {
  {
    std::lock_guard<std::mutex> lock(watch_.mutex);
    watch_.coverage = {{"/", "ext4", true, ""},
                       {"/net", "nfs4", false, "it has no handles"}};
  }
  Follow();
  v1::DriftReport report = watcher_->Report();
  ASSERT_EQ(report.file_systems_size(), 2);
  EXPECT_TRUE(report.file_systems(0).events());
  EXPECT_FALSE(report.file_systems(1).events());
  EXPECT_THAT(report.file_systems(1).reason(), HasSubstr("handles"));
}

}  // namespace
}  // namespace pol::service
