// polc rollback, generations and confirm as programs, on a host in a folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"
#include "tests/harness/wait.h"

namespace pol::polc {
namespace {

namespace fs = std::filesystem;
using harness::Outcome;
using testing::HasSubstr;

class GenerationsCommandTest : public testing::Test {
 protected:
  GenerationsCommandTest() {
    std::string pattern = testing::TempDir() + "generations.XXXXXX";
    folder_ = fs::canonical(mkdtemp(pattern.data()));
    EXPECT_TRUE(support::WriteFile(folder_ + "/api", "x", 0755).ok());
  }
  ~GenerationsCommandTest() override { fs::remove_all(folder_); }

  void SetUp() override {
    const char* build = std::getenv("POL_BUILD_DIR");
    if (build == nullptr) GTEST_SKIP() << "POL_BUILD_DIR is not set";
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
    bin_ = std::string(build) + "/bin";
  }

  // A folder with a policy that gives the file one capability.
  std::string Policy(const std::string& capability) {
    const std::string policy = folder_ + "/" + capability;
    fs::create_directories(policy);
    EXPECT_TRUE(
        support::WriteFile(
            policy + "/site.pol",
            absl::StrCat("file \"", folder_, "/api\" {\n  capabilities = [\"",
                         capability, "\"]\n}\n"),
            0644)
            .ok());
    return policy;
  }

  harness::Command Command(std::vector<std::string> words) {
    return Command("polc", std::move(words));
  }
  harness::Command Command(const std::string& program,
                           std::vector<std::string> words) {
    harness::Command command;
    command.argv = {absl::StrCat(bin_, "/", program)};
    for (std::string& word : words) command.argv.push_back(std::move(word));
    for (const auto& [flag, name] : {std::pair{"--state-dir", "state"},
                                     {"--run-dir", "run"},
                                     {"--bpffs", "bpf"},
                                     {"--selinux-root", "no-selinux"}}) {
      command.argv.push_back(flag);
      command.argv.push_back(absl::StrCat(folder_, "/", name));
    }
    return command;
  }

  Outcome Polc(std::vector<std::string> words) {
    absl::StatusOr<Outcome> outcome =
        harness::RunToEnd(Command(std::move(words)));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{-1, "", ""};
  }

  // The attribute's bytes; empty when there is none.
  std::string Capabilities() {
    std::string bytes(64, '\0');
    const ssize_t size = getxattr((folder_ + "/api").c_str(),
                                  "security.capability", bytes.data(), 64);
    bytes.resize(size < 0 ? 0 : static_cast<size_t>(size));
    return bytes;
  }

  std::string folder_;
  std::string bin_;
};

TEST_F(GenerationsCommandTest, ReturnsToAnyGenerationThatIsKept) {
  ASSERT_EQ(Polc({"apply", Policy("cap_net_raw")}).exit_status, kOk);
  const std::string first = Capabilities();
  ASSERT_EQ(Polc({"apply", Policy("cap_chown")}).exit_status, kOk);
  const std::string second = Capabilities();
  ASSERT_NE(first, second);

  ASSERT_EQ(Polc({"rollback"}).exit_status, kOk);
  EXPECT_EQ(Capabilities(), first);
  ASSERT_EQ(Polc({"rollback"}).exit_status, kOk) << "a rollback is left too";
  EXPECT_EQ(Capabilities(), second);
  ASSERT_EQ(Polc({"rollback", "--to", "0"}).exit_status, kOk);
  EXPECT_EQ(Capabilities(), "");
  ASSERT_EQ(Polc({"rollback", "--to", "1"}).exit_status, kOk);
  EXPECT_EQ(Capabilities(), first);

  const Outcome list = Polc({"generations"});
  EXPECT_EQ(list.exit_status, kOk);
  EXPECT_THAT(list.output, HasSubstr("* 6  "));
  EXPECT_THAT(list.output, HasSubstr("rollback to 1"));
  EXPECT_THAT(list.output, HasSubstr("apply of " + folder_ + "/cap_chown"));
  const Outcome unknown = Polc({"rollback", "--to", "77"});
  EXPECT_EQ(unknown.exit_status, kError);
  EXPECT_THAT(unknown.errors, HasSubstr("77"));
}

TEST_F(GenerationsCommandTest, UnconfirmedGenerationIsLeftAgain) {
  ASSERT_EQ(Polc({"apply", Policy("cap_net_raw")}).exit_status, kOk);
  const std::string first = Capabilities();
  const Outcome left =
      Polc({"apply", Policy("cap_chown"), "--auto-rollback", "1s"});
  EXPECT_EQ(left.exit_status, kError);
  EXPECT_THAT(left.output, HasSubstr("run `polc confirm` before"));
  EXPECT_THAT(left.errors, HasSubstr("not confirmed in time"));
  EXPECT_EQ(Capabilities(), first);
  EXPECT_EQ(Polc({"confirm"}).exit_status, kError) << "nothing waits";
}

TEST_F(GenerationsCommandTest, ConfirmedGenerationStays) {
  auto waiting = harness::Process::Start(
      Command({"apply", Policy("cap_chown"), "--auto-rollback", "1h"}));
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  ASSERT_TRUE(harness::WaitUntil([&] { return !Capabilities().empty(); }));
  ASSERT_TRUE(
      harness::WaitUntil([&] { return Polc({"confirm"}).exit_status == kOk; }));
  EXPECT_EQ(waiting->Wait()->exit_status, kOk);
  EXPECT_NE(Capabilities(), "");
}

TEST_F(GenerationsCommandTest, InterruptedWaitReturnsAtOnce) {
  auto waiting = harness::Process::Start(
      Command({"apply", Policy("cap_chown"), "--auto-rollback", "1h"}));
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  ASSERT_TRUE(harness::WaitUntil([&] {
    return Polc({"status"}).output.find("polc confirm") != std::string::npos;
  }));
  ASSERT_TRUE(waiting->Signal(SIGINT).ok());
  EXPECT_EQ(waiting->Wait()->exit_status, kInterrupted);
  EXPECT_EQ(Capabilities(), "");
}

TEST_F(GenerationsCommandTest, ReaderThatIsGoneDoesNotEndTheWait) {
  ASSERT_EQ(Polc({"apply", Policy("cap_net_raw")}).exit_status, kOk);
  const std::string first = Capabilities();
  // As over a connection that the policy has just cut off.
  std::string line = "exec";
  for (const std::string& word :
       Command({"apply", Policy("cap_chown"), "--auto-rollback", "1s"}).argv)
    absl::StrAppend(&line, " '", word, "'");
  harness::Command shell;
  shell.argv = {"bash", "-c",
                absl::StrCat("(", line,
                             ") | exec true; "
                             "exit ${PIPESTATUS[0]}")};
  absl::StatusOr<Outcome> outcome = harness::RunToEnd(shell);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, kError);
  EXPECT_THAT(outcome->errors, HasSubstr("not confirmed in time"));
  EXPECT_EQ(Capabilities(), first);
}

class WithPoldTest : public GenerationsCommandTest {
 protected:
  void StartPold() {
    auto pold = harness::Process::Start(Command("pold", {}));
    ASSERT_TRUE(pold.ok()) << pold.status();
    pold_.emplace(*std::move(pold));
    ASSERT_TRUE(harness::WaitUntil(
        [this] { return fs::exists(folder_ + "/run/pold.sock"); }));
  }
  void KillPold() {
    ASSERT_TRUE(pold_->Signal(SIGKILL).ok());
    ASSERT_TRUE(pold_->Wait().ok());
    fs::remove(folder_ + "/run/pold.sock");
  }

  std::optional<harness::Process> pold_;
};

TEST_F(WithPoldTest, ReturnsFromWhatIsNotConfirmedAlsoAfterItsDeath) {
  StartPold();
  ASSERT_EQ(Polc({"apply", Policy("cap_net_raw")}).exit_status, kOk);
  const std::string first = Capabilities();
  const Outcome applied =
      Polc({"apply", Policy("cap_chown"), "--auto-rollback", "3s"});
  EXPECT_EQ(applied.exit_status, kOk) << applied.errors;
  EXPECT_THAT(applied.output, HasSubstr("run `polc confirm` before"));
  EXPECT_THAT(Polc({"status"}).output, HasSubstr("run `polc confirm` before"));
  EXPECT_NE(Capabilities(), first);
  const Outcome second = Polc({"apply", Policy("cap_kill")});
  EXPECT_EQ(second.exit_status, kError);
  EXPECT_THAT(second.errors, HasSubstr("waits to be confirmed"));
  KillPold();
  StartPold();
  EXPECT_TRUE(harness::WaitUntil([&] { return Capabilities() == first; }));
  EXPECT_THAT(Polc({"generations"}).output, HasSubstr("rollback to 1"));
}

TEST_F(WithPoldTest, ConfirmedGenerationStays) {
  StartPold();
  ASSERT_EQ(
      Polc({"apply", Policy("cap_chown"), "--auto-rollback", "2s"}).exit_status,
      kOk);
  ASSERT_EQ(Polc({"confirm"}).exit_status, kOk);
  EXPECT_EQ(Polc({"status"}).output.find("polc confirm"), std::string::npos);
  KillPold();
  StartPold();
  ASSERT_EQ(Polc({"apply", Policy("cap_net_raw")}).exit_status, kOk);
}

// A pold that never answers.
TEST_F(GenerationsCommandTest, InterruptedPolcLeavesToPold) {
  fs::create_directories(folder_ + "/run");
  const std::string path = folder_ + "/run/pold.sock";
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ASSERT_EQ(
      bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof(address)),
      0);
  ASSERT_EQ(listen(listener, 1), 0);
  auto applying =
      harness::Process::Start(Command({"apply", Policy("cap_chown")}));
  ASSERT_TRUE(applying.ok()) << applying.status();
  // Once it has asked, it only waits.
  int connection = accept(listener, nullptr, nullptr);
  char byte = 0;
  ASSERT_EQ(recv(connection, &byte, 1, 0), 1);
  ASSERT_TRUE(applying->Signal(SIGINT).ok());
  absl::StatusOr<Outcome> end = applying->Wait();
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_EQ(end->exit_status, kInterrupted);
  EXPECT_THAT(end->errors, HasSubstr("pold goes on"));
  close(connection);
  close(listener);
}

TEST_F(GenerationsCommandTest, BadFlagsSayWhy) {
  const std::string policy = Policy("cap_chown");
  const Outcome bad = Polc({"apply", policy, "--auto-rollback", "60"});
  EXPECT_EQ(bad.exit_status, kError);
  EXPECT_THAT(bad.errors, HasSubstr("--auto-rollback"));
  EXPECT_EQ(Polc({"rollback", "--to", "-3"}).exit_status, kError);
  EXPECT_EQ(Capabilities(), "");
}

}  // namespace
}  // namespace pol::polc
