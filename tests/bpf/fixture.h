// What tests of the programs in a real kernel stand on: two hosts of their own,
// the network fence, and an agent's answer to denials.
#ifndef POL_TESTS_BPF_FIXTURE_H_
#define POL_TESTS_BPF_FIXTURE_H_

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/enforce/network/decoded_event.h"
#include "agent/enforce/network/network_fence.h"
#include "agent/enforce/network/refuser.h"
#include "agent/kernel/network/event_reader.h"
#include "agent/kernel/network/programs.h"
#include "tests/bpf/place.h"
#include "tests/bpf/policy.h"
#include "tests/harness/two_hosts.h"

namespace pol::testing {

using enforce::DecodedEvent;

class ProgramsTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  // Puts `policy` in force and starts to watch the events.
  void Apply(const Policy& policy);
  std::unique_ptr<enforce::Step> Prepare(const Policy& policy);
  // Loads the programs without a policy in force, to attach nothing.
  kernel::Programs& programs() { return *programs_; }
  enforce::Fence& fence() { return *fence_; }
  const kernel::HostPaths& paths() const { return paths_; }
  uint64_t generation() const { return generation_; }

  // From now on denials are watched but nobody is told.
  void SendAgentAway() { away_ = true; }
  void StopWatching();

  // A process on the client's or the server's host, in the managed cgroup's
  // sub-cgroup `cgroup`; empty: outside the managed cgroup.
  Place Client(const std::string& cgroup) const;
  Place Server(const std::string& cgroup) const;

  // The first event since the last call of Forget() that meets `condition`;
  // fails the test when none comes.
  DecodedEvent Await(const std::function<bool(const DecodedEvent&)>& condition);
  DecodedEvent AwaitDenial();
  DecodedEvent AwaitAllowance();
  void Forget();
  std::vector<DecodedEvent> Events();

  // A connection both ends of which are in hand.
  struct Pair {
    Fd client;
    Fd server;
  };
  Pair Open(const Place& client, int listener, const Address& address);

  static std::unique_ptr<harness::TwoHosts> hosts_;

 private:
  Place At(const harness::Host& host, const std::string& cgroup) const;
  void Watch();

  kernel::HostPaths paths_;
  std::unique_ptr<enforce::Fence> fence_;
  std::unique_ptr<kernel::Programs> programs_;
  std::unique_ptr<kernel::EventReader> reader_;
  enforce::Refuser refuser_;
  uint64_t generation_ = 0;
  std::thread watcher_;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> away_ = false;
  std::mutex mutex_;
  std::vector<DecodedEvent> events_;
};

// The server's host under its IPv4 address, its IPv6 address, and the IPv4 one
// as IPv6 sockets write it.
inline const char* const kServerAddresses[] = {"10.87.0.2", "fd87::2",
                                               "::ffff:10.87.0.2"};

}  // namespace pol::testing

#endif  // POL_TESTS_BPF_FIXTURE_H_
