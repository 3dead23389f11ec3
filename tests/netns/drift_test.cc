// The agent as it is installed, against those who take capabilities away.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"
#include "tests/harness/scratch_mount.h"
#include "tests/harness/two_hosts.h"
#include "tests/harness/wait.h"
#include "tests/netns/deployment.h"

namespace pol::netns {
namespace {

namespace fs = std::filesystem;
using harness::Outcome;
using harness::WaitUntil;
using ::testing::HasSubstr;

class DriftTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
    auto scratch = harness::ScratchMount::Create("ext4");
    if (!scratch.ok()) GTEST_SKIP() << scratch.status();
    scratch_ = *std::move(scratch);
    auto hosts = harness::TwoHosts::Create();
    ASSERT_TRUE(hosts.ok()) << hosts.status();
    hosts_ = *std::move(hosts);
    deployment_ = std::make_unique<Deployment>(*hosts_);
    api_ = scratch_->folder() + "/api";
    ASSERT_TRUE(support::WriteFile(api_, "program", 0755).ok());
    std::string policy = absl::StrCat(
        "file \"", api_, "\" {\n", "  capabilities = [\"cap_net_raw\"]\n}\n");
    policy_ = deployment_->folder() + "/policy";
    fs::create_directories(policy_);
    ASSERT_TRUE(support::WriteFile(policy_ + "/web.pol", policy, 0644).ok());
    ASSERT_TRUE(deployment_->StartPold().ok());
    ASSERT_EQ(Polc({"apply", policy_}).exit_status, 0);
    ASSERT_TRUE(WaitUntil([&] {
      return absl::StrContains(Polc({"status", "--drift"}).output, "by events");
    }));
  }

  Outcome Polc(std::vector<std::string> arguments) {
    auto outcome = deployment_->Polc(std::move(arguments));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{};
  }

  void Shell(const std::string& script) {
    harness::Command command;
    command.argv = {"sh", "-euc", script, "sh", api_};
    absl::Status ran = harness::RunOk(command).status();
    ASSERT_TRUE(ran.ok()) << ran;
  }

  // True once the log has `times` lines about capabilities that came back.
  void ExpectPutBack(int times) {
    EXPECT_TRUE(WaitUntil([&] {
      int seen = 0;
      std::string log = deployment_->PoldLog();
      for (size_t at = log.find("; put back (web.pol:1)");
           at != std::string::npos; at = log.find("; put back", at + 1)) {
        ++seen;
      }
      return seen >= times;
    })) << deployment_->PoldLog();
    EXPECT_EQ(Polc({"status"}).exit_status, 0);
  }

  std::unique_ptr<harness::ScratchMount> scratch_;
  std::unique_ptr<harness::TwoHosts> hosts_;
  std::unique_ptr<Deployment> deployment_;
  std::string api_;
  std::string policy_;
};

TEST_F(DriftTest, CapabilitiesComeBackAndTheLogSaysWhoTookThem) {
  // The shell outlives its write, so that it can be named.
  Shell("echo more >>\"$1\"; sleep 0.5");
  ExpectPutBack(1);
  EXPECT_THAT(deployment_->PoldLog(),
              HasSubstr(absl::StrCat("drift: ", api_,
                                     " lost its capabilities "
                                     "(cap_net_raw=ep): ")));
  EXPECT_THAT(deployment_->PoldLog(), HasSubstr("written by sh (pid "));
  Shell("cp \"$1\" \"$1.new\"; mv \"$1.new\" \"$1\"");
  ExpectPutBack(2);
  Shell("chown root \"$1\"");
  ExpectPutBack(3);
  Outcome drift = Polc({"status", "--drift"});
  EXPECT_EQ(drift.exit_status, 0);
  EXPECT_THAT(drift.output, HasSubstr("no drift\n"));
  EXPECT_THAT(drift.output, HasSubstr("put back: file "));
  Outcome json = Polc({"status", "--drift", "--format", "json"});
  EXPECT_THAT(json.output, HasSubstr("\"outcome\": \"PUT_BACK\""));
  EXPECT_THAT(json.output, HasSubstr("\"format_version\": \"1.0\""));
}

TEST_F(DriftTest, AFileThatIsGoneIsPutRightWhenItComesBack) {
  Shell("mv \"$1\" \"$1.away\"");
  Shell("cp \"$1.away\" \"$1\"");
  ExpectPutBack(1);
}

}  // namespace
}  // namespace pol::netns
