// The agent around the story: what happens twice, without it, after its death,
// to connections that are already there.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/files.h"
#include "tests/harness/postgres.h"
#include "tests/harness/process.h"
#include "tests/harness/two_hosts.h"
#include "tests/harness/wait.h"
#include "tests/netns/deployment.h"

namespace pol::netns {
namespace {

namespace fs = std::filesystem;
using harness::Outcome;
using harness::Process;
using harness::PsqlOptions;
using ::testing::HasSubstr;

class AgentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
    if (auto reason = harness::Postgres::WhyNot()) GTEST_SKIP() << *reason;
    auto hosts = harness::TwoHosts::Create();
    ASSERT_TRUE(hosts.ok()) << hosts.status();
    hosts_ = *std::move(hosts);
    deployment_ = std::make_unique<Deployment>(*hosts_);
    auto postgres = harness::Postgres::Start(*hosts_, "postgres-cluster");
    ASSERT_TRUE(postgres.ok()) << postgres.status();
    postgres_ = *std::move(postgres);
  }

  Outcome Polc(std::vector<std::string> arguments) {
    auto outcome = deployment_->Polc(std::move(arguments));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{};
  }

  void ApplyExample() {
    Outcome outcome = Polc({"apply", ExamplePolicy("db-access")});
    ASSERT_EQ(outcome.exit_status, 0) << outcome.errors;
  }

  PsqlOptions As(const std::string& group) {
    PsqlOptions options;
    auto cgroup = hosts_->ManagedCgroup(group);
    EXPECT_TRUE(cgroup.ok()) << cgroup.status();
    if (cgroup.ok()) options.cgroup = *cgroup;
    return options;
  }

  Outcome Psql(const PsqlOptions& options) {
    auto outcome = harness::RunToEnd(postgres_->Psql(options));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{-1, "", ""};
  }

  void ExpectEnforced() {
    EXPECT_EQ(Psql(As("finance-app")).exit_status, 0);
    Outcome other = Psql(As("web-shop"));
    EXPECT_NE(other.exit_status, 0);
    EXPECT_THAT(other.errors, HasSubstr("not permitted"));
    PsqlOptions clear = As("finance-app");
    clear.sslmode = "disable";
    EXPECT_NE(Psql(clear).exit_status, 0);
  }

  std::unique_ptr<harness::TwoHosts> hosts_;
  std::unique_ptr<Deployment> deployment_;
  std::unique_ptr<harness::Postgres> postgres_;
};

TEST_F(AgentTest, SecondApplyHasNothingToDo) {
  ASSERT_TRUE(deployment_->StartPold().ok());
  EXPECT_EQ(Polc({"plan", ExamplePolicy("db-access")}).exit_status, 2);
  ApplyExample();
  Outcome again = Polc({"apply", ExamplePolicy("db-access")});
  EXPECT_EQ(again.exit_status, 0) << again.errors;
  EXPECT_THAT(again.output, HasSubstr("nothing to do"));
  EXPECT_EQ(Polc({"plan", ExamplePolicy("db-access")}).exit_status, 0);
}

TEST_F(AgentTest, WithoutPoldThePinnedProgramsEnforce) {
  ApplyExample();
  ExpectEnforced();
  EXPECT_EQ(Polc({"plan", ExamplePolicy("db-access")}).exit_status, 0);
}

TEST_F(AgentTest, Ipv6AndMappedAddressesAreJudgedAlike) {
  ASSERT_TRUE(deployment_->StartPold().ok());
  ApplyExample();
  for (const char* address : {"fd87::2", "::ffff:10.87.0.2"}) {
    PsqlOptions allowed = As("finance-app");
    allowed.host = address;
    allowed.sslmode = "require";
    EXPECT_EQ(Psql(allowed).output, "1\n") << address;
    PsqlOptions refused = As("web-shop");
    refused.host = address;
    EXPECT_THAT(Psql(refused).errors, HasSubstr("not permitted")) << address;
  }
}

TEST_F(AgentTest, KilledPoldLosesNothing) {
  ASSERT_TRUE(deployment_->StartPold().ok());
  ApplyExample();
  PsqlOptions slow = As("finance-app");
  slow.statement = "select pg_sleep(2)";
  auto session = Process::Start(postgres_->Psql(slow));
  ASSERT_TRUE(session.ok()) << session.status();
  // The session is there when a second connection, made later, has been
  // answered.
  EXPECT_EQ(Psql(As("finance-app")).exit_status, 0);
  std::string status = Polc({"status"}).output;

  ASSERT_TRUE(deployment_->KillPold().ok());
  ExpectEnforced();
  auto outcome = session->Wait();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 0) << outcome->errors;

  ASSERT_TRUE(deployment_->StartPold().ok());
  ASSERT_TRUE(deployment_->StartObserver().ok());
  EXPECT_EQ(Polc({"plan", ExamplePolicy("db-access")}).exit_status, 0);
  ExpectEnforced();
  auto line = deployment_->WaitForObserved(
      0, {"REFUSED", "web-shop", "db-access.pol:2"});
  EXPECT_TRUE(line.ok()) << line.status();
}

TEST_F(AgentTest, NewGenerationEndsWhatItForbids) {
  ASSERT_TRUE(deployment_->StartPold().ok());
  ApplyExample();
  PsqlOptions slow = As("finance-app");
  slow.statement = "select pg_sleep(1), generate_series(1, 8)";
  auto session = Process::Start(postgres_->Psql(slow));
  ASSERT_TRUE(session.ok()) << session.status();
  EXPECT_EQ(Psql(As("finance-app")).exit_status, 0);

  std::string folder = deployment_->folder() + "/empty";
  fs::create_directories(folder);
  auto text = support::ReadFile(ExamplePolicy("db-access") + "/db-access.pol",
                                1u << 20);
  ASSERT_TRUE(text.ok()) << text.status();
  ASSERT_TRUE(support::WriteFile(folder + "/db-access.pol",
                                 text->substr(text->find("workload")), 0644)
                  .ok());
  ASSERT_EQ(Polc({"apply", folder}).exit_status, 0);
  auto outcome = session->Wait();
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_NE(outcome->exit_status, 0);
}

TEST_F(AgentTest, RemoveLeavesNothingBehind) {
  ApplyExample();
  ASSERT_TRUE(fs::exists(hosts_->bpffs() + "/pol"));
  Outcome outcome = Polc({"remove"});
  EXPECT_EQ(outcome.exit_status, 0) << outcome.errors;
  EXPECT_FALSE(fs::exists(hosts_->bpffs() + "/pol"));
  PsqlOptions clear = As("web-shop");
  clear.sslmode = "disable";
  EXPECT_EQ(Psql(clear).output, "1\n");
}

}  // namespace
}  // namespace pol::netns
