// Finding network namespaces on a host where descriptors come and go.
#include "agent/kernel/network/netns.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "tests/harness/network_namespace.h"
#include "tests/harness/two_hosts.h"

namespace pol::testing {
namespace {

using harness::NetworkNamespace;
using kernel::Fd;

class NetnsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
    auto made = NetworkNamespace::Create();
    ASSERT_TRUE(made.ok()) << made.status();
    space_ = *std::move(made);
    struct stat status;
    ASSERT_EQ(fstat(space_.fd(), &status), 0);
    inum_ = static_cast<uint32_t>(status.st_ino);
  }

  bool Listed() const {
    bool listed = false;
    absl::Status status = kernel::ForEachNetns([&](uint32_t inum, int) {
      listed |= inum == inum_;
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return listed;
  }

  NetworkNamespace space_;
  uint32_t inum_ = 0;
};

TEST_F(NetnsTest, OneThatOnlyADescriptorHoldsIsFound) {
  EXPECT_TRUE(Listed());
  absl::StatusOr<Fd> found = kernel::OpenNetns(inum_);
  ASSERT_TRUE(found.ok()) << found.status();
  uint32_t inside = 0;
  ASSERT_TRUE(kernel::RunInNetns(found->get(), [&inside] {
                absl::StatusOr<uint32_t> current = kernel::CurrentNetns();
                if (current.ok()) inside = *current;
                return current.status();
              }).ok());
  EXPECT_EQ(inside, inum_);
  EXPECT_NE(*kernel::CurrentNetns(), inum_) << "the caller did not move";
}

TEST_F(NetnsTest, OneThatIsGoneIsNotFound) {
  space_ = NetworkNamespace();
  EXPECT_FALSE(Listed());
  EXPECT_EQ(kernel::OpenNetns(inum_).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(NetnsTest, AnotherKindOfNamespaceIsNone) {
  Fd user(open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC));
  struct stat status;
  ASSERT_EQ(fstat(user.get(), &status), 0);
  EXPECT_EQ(
      kernel::OpenNetns(static_cast<uint32_t>(status.st_ino)).status().code(),
      absl::StatusCode::kNotFound);
}

TEST_F(NetnsTest, ADescriptorThatBecomesAnotherFileDoesNoHarm) {
  // A number that is now a namespace, now a pipe nobody writes to: opening the
  // latter by its name would wait for ever, entering it would fail.
  char folder[] = "/tmp/pol-netns-XXXXXX";
  ASSERT_NE(mkdtemp(folder), nullptr);
  std::string name = std::string(folder) + "/pipe";
  ASSERT_EQ(mkfifo(name.c_str(), 0600), 0);
  Fd pipe(open(name.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  // Its number is below that of the namespace's own descriptor, so that it is
  // met first.
  Fd changing(open("/dev/null", O_RDONLY | O_CLOEXEC));
  auto held = NetworkNamespace::Create();
  ASSERT_TRUE(held.ok()) << held.status();
  ASSERT_LT(changing.get(), held->fd());
  std::atomic<bool> stop = false;
  std::thread churn([&] {
    while (!stop) {
      dup2(pipe.get(), changing.get());
      dup2(held->fd(), changing.get());
    }
  });
  for (int i = 0; i < 500; ++i) {
    absl::Status status = kernel::ForEachNetns([](uint32_t, int netns_fd) {
      return kernel::RunInNetns(netns_fd, [] { return absl::OkStatus(); });
    });
    EXPECT_TRUE(status.ok()) << status;
    if (!status.ok()) break;
  }
  stop = true;
  churn.join();
  unlink(name.c_str());
  rmdir(folder);
}

}  // namespace
}  // namespace pol::testing
