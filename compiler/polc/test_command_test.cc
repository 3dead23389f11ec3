// `polc test` as people and build servers call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kPolicy[] = R"(policy "db-access" {
  source = [workload.app, identity.batch]
  target = workload.pg
  ports  = [5432, "6432-6439"]
  tls {
    min_version = "1.3"
    alpn        = ["postgresql"]
  }
}

policy "no-web" {
  effect = "deny"
  source = identity.web
  target = workload.pg
  port   = "any"
}

identity "batch" {
  spiffe = "spiffe://gov.cn/ns/batch"
}

identity "web" {
  spiffe = "spiffe://gov.cn/ns/web/*"
}

workload "app" {
  identity = "spiffe://gov.cn/ns/app"
  cgroup   = "/app"
}

workload "pg" {
  identity = "spiffe://gov.cn/ns/pg"
  cgroup   = "/pg"
}

file "/usr/local/bin/api" {
  selinux = "system_u:object_r:httpd_exec_t:s0"
}
)";

constexpr char kGoodTests[] = R"(test "app reaches pg by TLS" {
  connect {
    from = workload.app
    to   = workload.pg
    port = 5432
    tls  = "1.3"
    alpn = "postgresql"
  }
  expect = "allow"
  by     = policy.db-access
}

test "the API's label" {
  path   = "/usr/local/bin/api"
  expect = "system_u:object_r:httpd_exec_t:s0"
}
)";

constexpr char kBadTest[] = R"(test "app reaches pg in clear text" {
  connect {
    from = workload.app
    to   = workload.pg
    port = 5432
  }
  expect = "allow"
}
)";

constexpr char kPing[] = R"(policy "ping" {
  source   = workload.app
  target   = workload.pg
  protocol = "icmp"
  port     = "any"
}

test "app pings pg" {
  connect {
    from     = workload.app
    to       = workload.pg
    protocol = "icmp"
  }
  expect = "allow"
  by     = policy.ping
}
)";

class TestCommandTest : public ::testing::Test {
 protected:
  TestCommandTest() {
    std::string pattern = ::testing::TempDir() + "test_command_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    Put("policy.pol", kPolicy);
  }
  ~TestCommandTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) { return folder_ + "/" + name; }

  void Put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(support::WriteFile(Path(name), text, 0644).ok());
  }

  harness::Outcome Polc(std::vector<std::string> arguments) {
    harness::Command command;
    command.argv = {"env", "--chdir=" + folder_,
                    std::string(std::getenv("POL_BUILD_DIR")) + "/bin/polc"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    const auto outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(harness::Outcome{-1, "", ""});
  }

  nlohmann::json Json(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"test", "--format", "json"});
    return nlohmann::json::parse(Polc(arguments).output, nullptr, false);
  }

  std::string folder_;
};

TEST_F(TestCommandTest, SaysThatThereAreNoTests) {
  const auto run = Polc({"test"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(run.output, "no tests\n");
}

TEST_F(TestCommandTest, PassesWithALineATest) {
  Put("tests.pol", kGoodTests);
  const auto run = Polc({"test"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_EQ(run.output,
            "ok    app reaches pg by TLS\n"
            "ok    the API's label\n"
            "2 tests: 2 passed, 0 failed\n");
}

TEST_F(TestCommandTest, FailsWithThreeAndSaysWhy) {
  Put("tests.pol", kBadTest);
  const auto run = Polc({"test", folder_});
  EXPECT_EQ(run.exit_status, 3) << run.errors;
  EXPECT_EQ(run.output,
            "FAIL  app reaches pg in clear text (tests.pol:1)\n"
            "      workload.app -> workload.pg tcp/5432, clear text\n"
            "      expected allow\n"
            "      got deny by policy db-access (policy.pol:6)\n"
            "      it asks for TLS 1.3 or later and gets clear text\n"
            "1 test: 0 passed, 1 failed\n");
}

TEST_F(TestCommandTest, RunsOnlyWhatIsAskedFor) {
  Put("good.pol", kGoodTests);
  Put("bad.pol", kBadTest);
  const auto run = Polc({"test", "--run", "^app .* TLS$"});
  EXPECT_EQ(run.exit_status, 0) << run.errors;
  EXPECT_THAT(run.output,
              HasSubstr("1 test: 1 passed, 0 failed, 2 left out\n"));
  EXPECT_EQ(Polc({"test", "--run", "nothing"}).output,
            "no tests: none of 3 has such a name\n");
  const auto wrong = Polc({"test", "--run", "("});
  EXPECT_EQ(wrong.exit_status, 1);
  EXPECT_THAT(wrong.errors, HasSubstr("--run: `(`"));
}

TEST_F(TestCommandTest, ErrorsOfThePolicyComeFirst) {
  Put("tests.pol", "test \"t\" {\n  expect = \"maybe\"\n}\n");
  const auto run = Polc({"test"});
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_EQ(run.output, "");
  EXPECT_THAT(run.errors, HasSubstr("error[P"));
}

TEST_F(TestCommandTest, AByThatNamesNoRuleIsAnError) {
  Put("tests.pol",
      "test \"t\" {\n  connect {\n    from = workload.app\n    to   = "
      "workload.pg\n    port = 80\n  }\n  expect = \"deny\"\n  by     = "
      "policy.db-acess\n}\n");
  const auto run = Polc({"test"});
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_THAT(run.errors, HasSubstr("did you mean `db-access`?"));
}

TEST_F(TestCommandTest, WritesJunit) {
  Put("tests.pol", kBadTest);
  EXPECT_EQ(Polc({"test", "--junit", "out.xml"}).exit_status, 3);
  const std::string xml =
      support::ReadFile(Path("out.xml"), 1 << 20).value_or("unreadable");
  EXPECT_THAT(xml, AllOf(StartsWith("<?xml version=\"1.0\""),
                         HasSubstr("classname=\"tests.pol\""),
                         HasSubstr("<failure message=\"expected allow, got")));
}

TEST_F(TestCommandTest, HoldsCoverageAndScoreToTheLeast) {
  Put("tests.pol", kGoodTests);
  EXPECT_EQ(Polc({"test", "--min-coverage", "1"}).exit_status, 0);
  const auto coverage = Polc({"test", "--min-coverage", "90"});
  EXPECT_EQ(coverage.exit_status, 3);
  EXPECT_THAT(coverage.errors, HasSubstr("less than 90 %"));
  EXPECT_EQ(Polc({"test", "--min-score", "100"}).exit_status, 3);
}

// The whole circle: what is suggested, appended to the policy, is laid out as
// `fmt` does it, passes, and leaves nothing to suggest.
TEST_F(TestCommandTest, WhatItSuggestsCompletesTheTests) {
  Put("tests.pol", kGoodTests);
  Put("ping.pol", kPing);
  const auto before = Json({"--suggest"});
  ASSERT_TRUE(before.is_object());
  EXPECT_LT(before["coverage"]["percent"], 100);
  EXPECT_LT(before["mutation"]["percent"], 100);

  const auto suggested = Polc({"test", "--suggest"});
  EXPECT_EQ(suggested.exit_status, 0) << suggested.errors;
  EXPECT_THAT(suggested.errors, HasSubstr("never tried: "));
  EXPECT_THAT(suggested.output, HasSubstr("    protocol = \"icmp\"\n  }\n"));
  Put("more.pol", suggested.output);
  const auto layout = Polc({"fmt", "--check", "--diff", "more.pol"});
  EXPECT_EQ(layout.exit_status, 0) << layout.output;

  const auto after = Json({"--suggest"});
  ASSERT_TRUE(after.is_object()) << Polc({"test"}).errors;
  EXPECT_EQ(after["failed"], 0);
  EXPECT_EQ(after["passed"],
            before["passed"].get<size_t>() + before["suggestions"].size());
  EXPECT_EQ(after["coverage"]["percent"], 100) << after["coverage"].dump(2);
  EXPECT_EQ(after["mutation"]["percent"], 100) << after["mutation"].dump(2);
  EXPECT_TRUE(after["suggestions"].empty()) << after["suggestions"].dump(2);
  EXPECT_EQ(
      Polc({"test", "--min-coverage", "100", "--min-score", "100"}).exit_status,
      0);
}

TEST_F(TestCommandTest, SaysTheSameEveryTime) {
  Put("tests.pol", kGoodTests);
  const auto once = Polc({"test", "--suggest", "--format", "json"});
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(Polc({"test", "--suggest", "--format", "json"}).output,
              once.output);
}

}  // namespace
}  // namespace pol::polc
