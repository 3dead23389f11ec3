// pold as a whole, in this process: a fence in memory, decisions from the test.
#include "agent/service/daemon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <mutex>
#include <thread>

#include "agent/service/control_client.h"
#include "compiler/bundle/container.h"

namespace pol::service {
namespace {

using bundle::v1::Bundle;
using enforce::Change;
using ::testing::HasSubstr;

// Holds the path of a bundle's first file; may be made to take its time.
class MemoryFence : public enforce::Fence {
 public:
  struct State {
    std::atomic<bool> slow = false;
    std::atomic<bool> reached = false;

    std::string Get() {
      std::lock_guard<std::mutex> lock(mutex);
      return held;
    }
    void Set(const std::string& path) {
      std::lock_guard<std::mutex> lock(mutex);
      held = path;
    }

   private:
    std::mutex mutex;
    std::string held;
  };
  explicit MemoryFence(State& state) : state_(state) {}

  std::string_view name() const override { return "memory"; }
  enforce::Support Probe() override { return {true, ""}; }
  absl::StatusOr<std::vector<Change>> Read(const Bundle*,
                                           const Bundle& target) override {
    if (state_.Get() == target.files(0).path()) return std::vector<Change>();
    return std::vector<Change>{{"memory", "path", state_.Get(), "", ""}};
  }
  absl::StatusOr<std::unique_ptr<enforce::Step>> Prepare(const Bundle*,
                                                         const Bundle& target,
                                                         uint64_t) override {
    class Set : public enforce::Step {
     public:
      Set(State& state, std::string path)
          : state_(state), path_(std::move(path)) {}
      absl::Status Switch() override {
        state_.reached = true;
        state_.reached.notify_all();
        state_.slow.wait(true);
        state_.Set(path_);
        return absl::OkStatus();
      }
      absl::Status Undo() override { return absl::OkStatus(); }

     private:
      State& state_;
      std::string path_;
    };
    return std::make_unique<Set>(state_, target.files(0).path());
  }
  absl::Status Verify(const Bundle&) override { return absl::OkStatus(); }
  absl::Status Remove(const Bundle&) override {
    state_.Set("");
    return absl::OkStatus();
  }

 private:
  State& state_;
};

class TestDecisions : public DecisionSource {
 public:
  struct State {
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    std::mutex mutex;
    std::vector<Decision> waiting;

    ~State() { close(fd); }
    void Add(Decision decision) {
      std::lock_guard<std::mutex> lock(mutex);
      waiting.push_back(std::move(decision));
      uint64_t one = 1;
      EXPECT_EQ(write(fd, &one, sizeof(one)), 8);
    }
  };
  explicit TestDecisions(State& state) : state_(state) {}

  absl::StatusOr<bool> Open() override { return true; }
  int fd() const override { return state_.fd; }
  absl::Status Drain(
      const std::function<void(const Decision&)>& handle) override {
    std::vector<Decision> taken;
    {
      std::lock_guard<std::mutex> lock(state_.mutex);
      uint64_t count;
      ssize_t size = read(state_.fd, &count, sizeof(count));
      static_cast<void>(size);
      taken.swap(state_.waiting);
    }
    for (const Decision& decision : taken) handle(decision);
    return absl::OkStatus();
  }

 private:
  State& state_;
};

class DaemonTest : public ::testing::Test {
 protected:
  DaemonTest() {
    std::string pattern = ::testing::TempDir() + "daemon.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~DaemonTest() override {
    Stop();
    std::filesystem::remove_all(folder_);
  }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
  }

  void Start() {
    apply::Host host;
    host.paths.state_dir = folder_ + "/state";
    host.paths.run_dir = folder_ + "/run";
    host.fences.push_back(std::make_unique<MemoryFence>(memory_));
    auto daemon = Daemon::Start(std::move(host), "nobody-has-this-group",
                                std::make_unique<TestDecisions>(decisions_));
    ASSERT_TRUE(daemon.ok()) << daemon.status();
    daemon_ = *std::move(daemon);
    thread_ = std::thread([this] { EXPECT_TRUE(daemon_->Run().ok()); });
  }

  // As the service manager does it.
  void Stop() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
    daemon_.reset();
  }

  ControlClient Client() {
    auto client = ControlClient::Connect(folder_ + "/run/pold.sock");
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  static std::string Policy(const std::string& path) {
    Bundle bundle;
    bundle.add_identities();
    bundle.add_identities()->set_spiffe_id("spiffe://x/a");
    bundle.mutable_network()->set_class_count(1);
    bundle.mutable_network()->add_interval_starts(0);
    bundle.add_files()->set_path(path);
    bundle::v1::Rule* rule = bundle.add_rules();
    rule->set_name("r");
    rule->set_effect(bundle::v1::EFFECT_DENY);
    rule->set_mode(bundle::v1::MODE_ENFORCE);
    rule->add_sources(0);
    rule->add_targets(1);
    rule->set_protocol(6);
    rule->add_ports()->set_first(1);
    rule->mutable_ports(0)->set_last(2);
    rule->mutable_origin()->set_file("a.pol");
    rule->mutable_origin()->set_line(4);
    return *bundle::Write(bundle);
  }

  static Decision Denial(uint64_t generation) {
    Decision decision;
    decision.verdict = Verdict::kRefused;
    decision.hook = "connect";
    decision.target = 1;
    decision.reason = "denied-by-rule";
    decision.rule = 1;
    decision.generation = generation;
    return decision;
  }

  std::string folder_;
  MemoryFence::State memory_;
  TestDecisions::State decisions_;
  std::unique_ptr<Daemon> daemon_;
  std::thread thread_;
};

TEST_F(DaemonTest, ServesEveryCommand) {
  Start();
  ControlClient client = Client();
  EXPECT_FALSE(client.Status()->active());
  EXPECT_EQ(client.Plan(Policy("/one"))->fences(0).changes_size(), 1);
  EXPECT_EQ(client.Apply(Policy("/one"))->generation(), 1u);
  EXPECT_FALSE(client.Apply(Policy("/one"))->changed());
  EXPECT_EQ(client.Apply(Policy("/two"))->generation(), 2u);
  EXPECT_EQ(client.Rollback()->generation(), 3u);
  EXPECT_EQ(client.Status()->generation(), 3u);
  EXPECT_EQ(client.Rollback(2)->generation(), 4u);
  EXPECT_TRUE(absl::IsNotFound(client.Rollback(9).status()));
  EXPECT_EQ(client.Generations()->generations_size(), 5);
  EXPECT_TRUE(absl::IsFailedPrecondition(client.Confirm().status()));
  EXPECT_TRUE(client.Remove().ok());
  EXPECT_FALSE(client.Status()->active());
}

TEST_F(DaemonTest, DamagedBundleIsRefused) {
  Start();
  ControlClient client = Client();
  std::string damaged = Policy("/one");
  damaged.back() ^= 1;
  EXPECT_TRUE(absl::IsDataLoss(client.Apply(damaged).status()));
  EXPECT_FALSE(client.Apply("").ok());
  EXPECT_FALSE(client.Plan("POLBNDL\n").ok());
  EXPECT_TRUE(client.Apply(Policy("/one")).ok());
}

TEST_F(DaemonTest, DecisionsAreToldWhileAnApplyTakesItsTime) {
  Start();
  memory_.slow = true;
  std::thread applying(
      [this] { EXPECT_TRUE(Client().Apply(Policy("/one")).ok()); });
  memory_.reached.wait(false);
  std::string seen;
  absl::Status observed = Client().Observe(
      [&](const std::string& line, uint64_t) {
        seen = line;
        return false;
      },
      [this] { decisions_.Add(Denial(1)); });
  EXPECT_TRUE(observed.ok()) << observed;
  // The generation is not in force yet, and its rules are known already.
  EXPECT_THAT(seen, HasSubstr("REFUSED connect unknown -> spiffe://x/a"));
  EXPECT_THAT(seen, HasSubstr("policy r (a.pol:4)"));
  memory_.slow = false;
  memory_.slow.notify_all();
  applying.join();
}

TEST_F(DaemonTest, StartPutsRightWhatDriftedMeanwhile) {
  Start();
  ASSERT_TRUE(Client().Apply(Policy("/one")).ok());
  Stop();
  memory_.Set("/drifted");
  Start();
  EXPECT_EQ(Client().Status()->fences(0).changes_size(), 0);
  EXPECT_EQ(memory_.Get(), "/one");
}

TEST_F(DaemonTest, GenerationFromBeforeItsStartIsExplained) {
  Start();
  ASSERT_TRUE(Client().Apply(Policy("/one")).ok());
  Stop();
  Start();
  std::string seen;
  ASSERT_TRUE(Client()
                  .Observe(
                      [&](const std::string& line, uint64_t) {
                        seen = line;
                        return false;
                      },
                      [this] { decisions_.Add(Denial(1)); })
                  .ok());
  EXPECT_THAT(seen, HasSubstr("policy r (a.pol:4)"));
}

TEST_F(DaemonTest, EndWaitsForTheChangeAndAnswers) {
  Start();
  memory_.slow = true;
  std::thread applying(
      [this] { EXPECT_EQ(Client().Apply(Policy("/one"))->generation(), 1u); });
  memory_.reached.wait(false);
  pthread_kill(thread_.native_handle(), SIGTERM);
  memory_.slow = false;
  memory_.slow.notify_all();
  applying.join();
  thread_.join();
  daemon_.reset();
  EXPECT_EQ(memory_.Get(), "/one");
  EXPECT_FALSE(std::filesystem::exists(folder_ + "/run/pold.sock"));
}

TEST_F(DaemonTest, HangupPutsRightWhatDrifted) {
  Start();
  ControlClient client = Client();
  ASSERT_TRUE(client.Apply(Policy("/one")).ok());
  ASSERT_TRUE(client.Status().ok());
  memory_.Set("/drifted");
  memory_.reached = false;
  pthread_kill(thread_.native_handle(), SIGHUP);
  memory_.reached.wait(false);
  EXPECT_EQ(client.Status()->fences(0).changes_size(), 0);
}

}  // namespace
}  // namespace pol::service
