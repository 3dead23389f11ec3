// The ground that the network tests stand on holds: real traffic between the
// two hosts, a real PostgreSQL over real TLS, and nothing left afterwards.
#include "tests/harness/two_hosts.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/harness/postgres.h"
#include "tests/harness/process.h"
#include "tests/harness/wait.h"

namespace pol::harness {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class TwoHostsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (auto reason = TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
    if (auto reason = Postgres::WhyNot()) GTEST_SKIP() << *reason;
    auto hosts = TwoHosts::Create();
    ASSERT_TRUE(hosts.ok()) << hosts.status();
    hosts_ = *std::move(hosts);
  }

  std::unique_ptr<TwoHosts> hosts_;
};

TEST_F(TwoHostsTest, PsqlReachesPostgresOverTls) {
  auto postgres = Postgres::Start(*hosts_, "postgres.service");
  ASSERT_TRUE(postgres.ok()) << postgres.status();
  auto app = hosts_->ManagedCgroup("finance-app.service");
  ASSERT_TRUE(app.ok()) << app.status();

  for (const std::string& address :
       {hosts_->server().ipv4, hosts_->server().ipv6}) {
    PsqlOptions options;
    options.cgroup = *app;
    options.host = address;
    options.statement =
        "select version from pg_stat_ssl where pid = pg_backend_pid()";
    auto answer = RunToEnd((*postgres)->Psql(options));
    ASSERT_TRUE(answer.ok()) << answer.status();
    EXPECT_EQ(answer->exit_status, 0) << answer->errors;
    EXPECT_EQ(answer->output, "TLSv1.3\n") << address;
  }

  // Clear text is the server's to take, so that a refusal is the policy's.
  PsqlOptions clear;
  clear.cgroup = *app;
  clear.sslmode = "disable";
  auto answer = RunToEnd((*postgres)->Psql(clear));
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->output, "1\n") << answer->errors;
}

TEST_F(TwoHostsTest, ProgramRunsInItsCgroupAndNamespaceAsItsUser) {
  auto group = hosts_->ManagedCgroup("app.service");
  ASSERT_TRUE(group.ok()) << group.status();
  Command command;
  command.argv = {"sh", "-c", "cat /proc/self/cgroup; id -un; ip -br address"};
  command.cgroup = *group;
  command.netns = hosts_->client().network.fd();
  command.user = "nobody";
  auto output = RunOk(command);
  ASSERT_TRUE(output.ok()) << output.status();
  EXPECT_THAT(*output, HasSubstr("/managed/app.service\n"));
  EXPECT_THAT(*output, HasSubstr("nobody\n"));
  EXPECT_THAT(*output, HasSubstr("10.87.0.1/24"));
}

TEST_F(TwoHostsTest, CloseEndsWhatRunsAndLeavesNothing) {
  Command command;
  command.argv = {"sleep", "1000"};
  command.cgroup = hosts_->unmanaged_cgroup();
  auto sleeper = Process::Start(command);
  ASSERT_TRUE(sleeper.ok()) << sleeper.status();

  const absl::Status closed = hosts_->Close();
  EXPECT_TRUE(closed.ok()) << closed;
  auto outcome = sleeper->Wait();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 128 + SIGKILL);
  EXPECT_FALSE(fs::exists(hosts_->managed_cgroup()));
  EXPECT_FALSE(fs::exists(hosts_->folder()));
}

TEST_F(TwoHostsTest, NothingIsLeftOfATestThatWasKilled) {
  int names[2];
  ASSERT_EQ(pipe(names), 0);
  const pid_t test = fork();
  if (test == 0) {
    auto hosts = TwoHosts::Create();
    if (!hosts.ok()) _exit(1);
    Command command;
    command.argv = {"sleep", "1000"};
    command.cgroup = (*hosts)->unmanaged_cgroup();
    auto sleeper = Process::Start(command);
    if (!sleeper.ok()) _exit(1);
    const std::string text =
        absl::StrCat((*hosts)->managed_cgroup(), "\n", (*hosts)->folder());
    if (write(names[1], text.data(), text.size()) < 0) _exit(1);
    pause();
    _exit(1);
  }
  close(names[1]);
  char buffer[512];
  const ssize_t n = read(names[0], buffer, sizeof buffer);
  close(names[0]);
  ASSERT_GT(n, 0);
  const std::string text(buffer, static_cast<size_t>(n));
  const std::string cgroup = text.substr(0, text.find('\n'));
  const std::string folder = text.substr(text.find('\n') + 1);
  EXPECT_TRUE(fs::exists(cgroup));

  kill(test, SIGKILL);
  int status = 0;
  waitpid(test, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_TRUE(WaitUntil([&] { return !fs::exists(cgroup); })) << cgroup;
  EXPECT_TRUE(WaitUntil([&] { return !fs::exists(folder); })) << folder;
}

}  // namespace
}  // namespace pol::harness
