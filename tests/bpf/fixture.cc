#include "tests/bpf/fixture.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "tests/harness/wait.h"

namespace pol::testing {

std::unique_ptr<harness::TwoHosts> ProgramsTest::hosts_;

void ProgramsTest::SetUpTestSuite() {
  if (hosts_ != nullptr || harness::TwoHosts::WhyNot()) return;
  auto hosts = harness::TwoHosts::Create();
  ASSERT_TRUE(hosts.ok()) << hosts.status();
  hosts_ = *std::move(hosts);
}

void ProgramsTest::TearDownTestSuite() {}

void ProgramsTest::SetUp() {
  if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
  ASSERT_NE(hosts_, nullptr);
  paths_.cgroup_root = hosts_->managed_cgroup();
  paths_.bpffs_dir = hosts_->bpffs() + "/pol";
  fence_ = enforce::MakeNetworkFence(paths_);
  enforce::Support support = fence_->Probe();
  if (!support.available) GTEST_SKIP() << support.reason;
}

void ProgramsTest::TearDown() {
  StopWatching();
  if (HasFailure()) {
    for (const DecodedEvent& e : Events())
      std::cout << "event " << e.sequence << " " << e.verdict << " " << e.reason
                << " at " << e.hook << " " << e.direction << ", rule " << e.rule
                << ", " << e.source << " " << e.source_address << ":"
                << e.source_port << " -> " << e.target << " "
                << e.target_address << ":" << e.target_port << " by " << e.proof
                << ", TLS '" << e.tls_version << "', " << e.comm << "\n";
  }
  reader_.reset();
  programs_.reset();
  if (fence_ != nullptr) {
    absl::Status removed = fence_->Remove(bundle::v1::Bundle());
    EXPECT_TRUE(removed.ok()) << removed;
  }
}

std::unique_ptr<enforce::Step> ProgramsTest::Prepare(const Policy& policy) {
  auto step = fence_->Prepare(nullptr, policy.Build(), ++generation_);
  EXPECT_TRUE(step.ok()) << step.status();
  return step.ok() ? *std::move(step) : nullptr;
}

void ProgramsTest::Apply(const Policy& policy) {
  std::unique_ptr<enforce::Step> step = Prepare(policy);
  ASSERT_NE(step, nullptr);
  absl::Status switched = step->Switch();
  ASSERT_TRUE(switched.ok()) << switched;
  absl::Status verified = fence_->Verify(policy.Build());
  ASSERT_TRUE(verified.ok()) << verified;
  if (programs_ == nullptr) Watch();
}

void ProgramsTest::Watch() {
  auto cgroup = kernel::Cgroup::Open(paths_.cgroup_root);
  ASSERT_TRUE(cgroup.ok()) << cgroup.status();
  auto programs = kernel::Programs::Open(paths_.bpffs_dir, *cgroup);
  ASSERT_TRUE(programs.ok()) << programs.status();
  programs_ = *std::move(programs);
  auto reader = kernel::EventReader::Open(programs_->map("events"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  reader_ = *std::move(reader);
  stop_ = false;
  watcher_ = std::thread([this] {
    while (!stop_) {
      pollfd one = {reader_->fd(), POLLIN, 0};
      poll(&one, 1, 20);
      reader_
          ->Consume([this](const pol_event& event) {
            if (!away_) refuser_.Refuse(event).IgnoreError();
            std::lock_guard<std::mutex> lock(mutex_);
            events_.push_back(enforce::Decode(event));
          })
          .IgnoreError();
      refuser_.Release();
    }
  });
}

void ProgramsTest::StopWatching() {
  stop_ = true;
  if (watcher_.joinable()) watcher_.join();
}

Place ProgramsTest::At(const harness::Host& host,
                       const std::string& cgroup) const {
  if (cgroup.empty()) return {hosts_->unmanaged_cgroup(), host.network.fd()};
  auto folder = hosts_->ManagedCgroup(cgroup);
  EXPECT_TRUE(folder.ok()) << folder.status();
  return {folder.ok() ? *folder : "", host.network.fd()};
}

Place ProgramsTest::Client(const std::string& cgroup) const {
  return At(hosts_->client(), cgroup);
}

Place ProgramsTest::Server(const std::string& cgroup) const {
  return At(hosts_->server(), cgroup);
}

DecodedEvent ProgramsTest::Await(
    const std::function<bool(const DecodedEvent&)>& condition) {
  DecodedEvent found;
  bool came = harness::WaitUntil(
      [&] {
        std::lock_guard<std::mutex> lock(mutex_);
        auto at = std::find_if(events_.begin(), events_.end(), condition);
        if (at == events_.end()) return false;
        found = *at;
        return true;
      },
      absl::Seconds(10));
  EXPECT_TRUE(came) << "no such event";
  return found;
}

DecodedEvent ProgramsTest::AwaitDenial() {
  return Await([](const DecodedEvent& e) { return e.verdict == "deny"; });
}

DecodedEvent ProgramsTest::AwaitAllowance() {
  return Await([](const DecodedEvent& e) { return e.verdict == "allow"; });
}

void ProgramsTest::Forget() {
  std::lock_guard<std::mutex> lock(mutex_);
  events_.clear();
}

std::vector<DecodedEvent> ProgramsTest::Events() {
  std::lock_guard<std::mutex> lock(mutex_);
  return events_;
}

ProgramsTest::Pair ProgramsTest::Open(const Place& client, int listener,
                                      const Address& address) {
  Pair pair;
  Made made = Connect(client, address);
  EXPECT_EQ(made.error, 0);
  pair.client = std::move(made.fd);
  if (pair.client.ok()) pair.server = Accept(listener);
  EXPECT_TRUE(pair.server.ok());
  return pair;
}

}  // namespace pol::testing
