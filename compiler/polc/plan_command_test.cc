// polc plan, show, apply and snapshot as programs, on a host in a folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/apply/saved_plan.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

namespace fs = std::filesystem;
using harness::Outcome;
using testing::HasSubstr;
using testing::Not;

class PlanCommandTest : public testing::Test {
 protected:
  PlanCommandTest() {
    std::string pattern = testing::TempDir() + "plan_command.XXXXXX";
    folder_ = fs::canonical(mkdtemp(pattern.data()));
    fs::create_directories(folder_ + "/bin");
    fs::create_directories(folder_ + "/policy");
    EXPECT_TRUE(support::WriteFile(folder_ + "/bin/api", "x", 0755).ok());
    Policy("cap_net_raw");
  }
  ~PlanCommandTest() override { fs::remove_all(folder_); }

  void SetUp() override {
    const char* build = std::getenv("POL_BUILD_DIR");
    if (build == nullptr) GTEST_SKIP() << "POL_BUILD_DIR is not set";
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
    polc_ = std::string(build) + "/bin/polc";
    Outcome probe = Polc({"plan", "policy"});
    if (probe.exit_status != kChanges)
      GTEST_SKIP() << "no plan can be made here: " << probe.errors;
  }

  // A policy that gives /bin/api of the folder one capability.
  void Policy(const std::string& capability) {
    EXPECT_TRUE(
        support::WriteFile(folder_ + "/policy/site.pol",
                           absl::StrCat("file \"", folder_,
                                        "/bin/api\" {\n  capabilities = [\"",
                                        capability, "\"]\n}\n"),
                           0644)
            .ok());
  }

  Outcome Polc(std::vector<std::string> words) {
    harness::Command command;
    command.argv = {polc_};
    const bool on_host = words[0] == "plan" || words[0] == "apply" ||
                         words[0] == "snapshot" || words[0] == "status";
    for (std::string& word : words) {
      if (word == "policy" || word == "saved" || word == "far")
        word = absl::StrCat(folder_, "/", word);
      command.argv.push_back(word);
    }
    if (on_host) {
      for (const auto& [flag, name] : {std::pair{"--state-dir", "state"},
                                       {"--run-dir", "run"},
                                       {"--bpffs", "bpf"},
                                       {"--selinux-root", "no-selinux"}}) {
        command.argv.push_back(flag);
        command.argv.push_back(absl::StrCat(folder_, "/", name));
      }
    }
    absl::StatusOr<Outcome> outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{-1, "", ""};
  }

  std::string folder_;
  std::string polc_;
};

TEST_F(PlanCommandTest, ASavedPlanIsShownAndDoneOnce) {
  Outcome plan = Polc({"plan", "policy", "-out", "saved"});
  ASSERT_EQ(plan.exit_status, kChanges) << plan.errors;
  EXPECT_THAT(plan.output,
              HasSubstr("Plan: 1 to add, 0 to change, 0 to remove"));
  EXPECT_THAT(plan.output, Not(HasSubstr("\033")));
  struct stat status;
  ASSERT_EQ(stat((folder_ + "/saved").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_THAT(Polc({"show", "saved"}).output, HasSubstr(plan.output));
  auto json = nlohmann::json::parse(Polc({"show", "--json", "saved"}).output);
  EXPECT_EQ(json["format_version"], "1.0");
  EXPECT_EQ(json["value"]["changes"]["add"], "1");

  Outcome applied = Polc({"apply", "saved"});
  ASSERT_EQ(applied.exit_status, kOk) << applied.errors;
  EXPECT_THAT(applied.output,
              HasSubstr(absl::StrCat("  + file ", folder_,
                                     "/bin/api capabilities: cap_net_raw=ep")));
  EXPECT_THAT(applied.output, HasSubstr("1 added, 0 changed, 0 removed"));
  Outcome again = Polc({"apply", "saved"});
  EXPECT_EQ(again.exit_status, kStale);
  EXPECT_THAT(again.errors,
              HasSubstr("the plan is stale: generation was 0, is 1"));
  EXPECT_THAT(again.errors, HasSubstr("nothing is left to do"));
}

TEST_F(PlanCommandTest, AStalePlanTouchesNothing) {
  ASSERT_EQ(Polc({"plan", "policy", "--out", "saved"}).exit_status, kChanges);
  // Somebody gives the file a set of his own.
  harness::Command setcap;
  setcap.argv = {"setcap", "cap_chown=ep", folder_ + "/bin/api"};
  ASSERT_TRUE(harness::RunOk(setcap).ok());
  Outcome stale = Polc({"apply", "saved"});
  EXPECT_EQ(stale.exit_status, kStale);
  EXPECT_THAT(stale.errors,
              HasSubstr("planned none -> cap_net_raw=ep, now cap_chown=ep -> "
                        "cap_net_raw=ep"));
  EXPECT_FALSE(support::Exists(folder_ + "/state/state"));
  EXPECT_THAT(Polc({"plan", "policy"}).output,
              HasSubstr("capabilities: cap_chown=ep -> cap_net_raw=ep"));
}

TEST_F(PlanCommandTest, AForeignFileIsNoPlan) {
  ASSERT_TRUE(support::WriteFile(folder_ + "/saved", "hello", 0600).ok());
  Outcome foreign = Polc({"apply", "saved"});
  EXPECT_EQ(foreign.exit_status, kError);
  EXPECT_THAT(foreign.errors, HasSubstr("saved: it is no saved plan"));
  EXPECT_EQ(Polc({"show", "saved"}).exit_status, kError);
}

TEST_F(PlanCommandTest, ASnapshotPlansLikeTheHost) {
  ASSERT_EQ(Polc({"apply", "policy"}).exit_status, kOk);
  Outcome taken = Polc({"snapshot", "--out", "far"});
  ASSERT_EQ(taken.exit_status, kOk) << taken.errors;
  Policy("cap_chown");
  for (const std::vector<std::string>& flags :
       {std::vector<std::string>{}, {"--full"}, {"--json"}}) {
    std::vector<std::string> here = {"plan", "policy"};
    here.insert(here.end(), flags.begin(), flags.end());
    std::vector<std::string> there = here;
    there.insert(there.end(), {"--target", "far"});
    Outcome one = Polc(here);
    Outcome other = Polc(there);
    EXPECT_EQ(one.exit_status, kChanges);
    EXPECT_EQ(other.exit_status, kChanges) << other.errors;
    EXPECT_EQ(other.output, one.output);
  }
}

}  // namespace
}  // namespace pol::polc
