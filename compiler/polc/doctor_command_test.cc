// `polc doctor` on this machine. What it has to be good at stands in a mount
// namespace that the test makes: a bpffs, and a file system that is mounted
// nosuid.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/kernel/network/cgroup.h"
#include "agent/kernel/network/programs.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class DoctorCommandTest : public testing::Test {
 protected:
  DoctorCommandTest() {
    std::string pattern = testing::TempDir() + "doctor_command.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    for (const char* name : {"policy", "mount", "bpf"})
      std::filesystem::create_directory(folder_ + "/" + name);
  }
  ~DoctorCommandTest() override { std::filesystem::remove_all(folder_); }

  void Put(const std::string& text) {
    ASSERT_TRUE(support::WriteFile(folder_ + "/policy/a.pol", text, 0644).ok());
  }

  // In a mount namespace of its own, after `mounts`. `words` stand behind
  // "polc doctor"; no pold and no policy in force are found.
  harness::Outcome Run(const std::string& mounts, const std::string& words) {
    harness::Command command;
    command.argv = {"unshare",
                    "--mount",
                    "--propagation",
                    "private",
                    "sh",
                    "-c",
                    "cd " + folder_ + " && " + mounts + " exec " +
                        std::getenv("POL_BUILD_DIR") +
                        "/bin/polc doctor --run-dir " + folder_ +
                        "/run --state-dir " + folder_ + "/state --bpffs " +
                        folder_ + "/bpf/pol " + words};
    const auto outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(harness::Outcome{-1, "", ""});
  }

  bool MayLoad() const {
    return geteuid() == 0 && kernel::ProbePrivilege().ok() &&
           kernel::FindCgroup2().ok();
  }

  const std::string bpffs_ = "mount -t bpf bpf bpf &&";
  std::string folder_;
};

TEST_F(DoctorCommandTest, ExitCodeAndNumbersFollowTheChecks) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: a mount namespace";
  const harness::Outcome run = Run("", "--format json");
  const auto json = nlohmann::json::parse(run.output, nullptr, false);
  ASSERT_TRUE(json.is_object()) << run.output << run.errors;
  EXPECT_EQ(json["format_version"], "1.0");
  const auto& value = json["value"];
  EXPECT_EQ(value["policy"], "");
  size_t problems = 0, warnings = 0;
  for (const auto& check : value["checks"]) {
    problems += check["result"] == "PROBLEM";
    warnings += check["result"] == "WARNING";
    EXPECT_NE(check["found"], "") << check;
    EXPECT_EQ(check["means"] == "", check["result"] == "OK") << check;
  }
  EXPECT_EQ(value["problems"], problems);
  EXPECT_EQ(value["warnings"], warnings);
  // The folder of the pins is on no bpffs.
  EXPECT_GT(problems, 0u);
  EXPECT_EQ(run.exit_status, 1);
}

TEST_F(DoctorCommandTest, AHostThatCanHoldThePolicyHasNoProblem) {
  if (!MayLoad()) GTEST_SKIP() << "needs root, bpf(2) and cgroup2";
  const harness::Outcome run =
      Run(bpffs_, std::string(std::getenv("POL_SOURCE_DIR")) +
                      "/policies/examples/db-access");
  EXPECT_EQ(run.exit_status, 0) << run.output << run.errors;
  EXPECT_THAT(run.output,
              AllOf(HasSubstr("  ok       network: can be held\n"),
                    HasSubstr("  ok       programs: the verifier takes all"),
                    HasSubstr("  warning  cgroup /finance-app: it is not there "
                              "now (db-access.pol:9)\n")));
  // The look at the programs left nothing behind.
  EXPECT_TRUE(std::filesystem::is_empty(folder_ + "/bpf"));
}

TEST_F(DoctorCommandTest, WhatTheAgentDoesNotKnowIsAProblemOfThatLine) {
  if (!MayLoad()) GTEST_SKIP() << "needs root, bpf(2) and cgroup2";
  Put(R"(workload "mail" {
  identity = "spiffe://x.org/mail"
  cgroup   = "/mail"
}
policy "clients-to-mail" {
  source   = "any"
  target   = workload.mail
  ports    = "any"
  protocol = "sctp"
}
)");
  const harness::Outcome run = Run(bpffs_, "policy");
  EXPECT_EQ(run.exit_status, 1) << run.output << run.errors;
  EXPECT_THAT(run.output,
              HasSubstr("  problem  requirement protocol-sctp: policy "
                        "clients-to-mail asks for it; polc does not know how "
                        "to enforce it (a.pol:5)\n"));
}

TEST_F(DoctorCommandTest, CapabilitiesOnANosuidMountAreAProblem) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: a mount namespace";
  Put("file \"" + folder_ +
      "/mount/api\" {\n"
      "  capabilities = [\"cap_net_bind_service\"]\n}\n");
  const std::string mount =
      "mount -t tmpfs -o nosuid tmpfs mount && "
      "touch mount/api &&";
  const harness::Outcome bad = Run(mount, "policy");
  EXPECT_EQ(bad.exit_status, 1) << bad.output << bad.errors;
  EXPECT_THAT(bad.output,
              AllOf(HasSubstr("is mounted nosuid (a.pol:1)\n"),
                    HasSubstr("the kernel ignores the capabilities")));
  const harness::Outcome good =
      Run(mount + " mount -o remount,suid mount &&", "policy");
  EXPECT_EQ(good.exit_status, 0) << good.output << good.errors;
  EXPECT_THAT(good.output, HasSubstr("mount: tmpfs, 1 path of the policy"));
}

TEST_F(DoctorCommandTest, AFolderWithMistakesIsNotDiagnosed) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: a mount namespace";
  Put("policy \"x\" {\n}\n");
  const harness::Outcome run = Run("", "policy");
  EXPECT_EQ(run.exit_status, 1);
  EXPECT_EQ(run.output, "");
  EXPECT_THAT(run.errors, HasSubstr("policy has errors"));
}

}  // namespace
}  // namespace pol::polc
