#include "tests/harness/cut_off.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace pol::harness {
namespace {

class CutOffTest : public ::testing::Test {
 protected:
  CutOffTest() {
    std::string pattern = ::testing::TempDir() + "cut_off.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~CutOffTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (auto reason = WhyNoCuts()) GTEST_SKIP() << *reason;
  }

  // Makes three folders; the exit status says which could not be made.
  int MakeThree() const {
    for (int i = 1; i <= 3; ++i)
      if (mkdir(absl::StrCat(folder_, "/", i).c_str(), 0755) != 0) return i;
    return 0;
  }
  CutOutcome Run(const Cut& cut) {
    auto outcome = RunCutOff([this] { return MakeThree(); }, cut);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }
  bool Made(int i) {
    return std::filesystem::exists(absl::StrCat(folder_, "/", i));
  }

  std::string folder_;
};

TEST_F(CutOffTest, CountsWhatChangesSomething) {
  CutOutcome outcome = Run({});
  EXPECT_EQ(outcome.calls, 3);
  EXPECT_EQ(outcome.exit_status, 0);
  EXPECT_FALSE(outcome.killed);
  EXPECT_TRUE(Made(3));
}

TEST_F(CutOffTest, KilledBeforeTheCallIsMade) {
  CutOutcome outcome = Run({.at = 2});
  EXPECT_TRUE(outcome.killed);
  EXPECT_EQ(outcome.exit_status, 128 + 9);
  EXPECT_EQ(outcome.name, "mkdir");
  EXPECT_TRUE(Made(1));
  EXPECT_FALSE(Made(2));
}

TEST_F(CutOffTest, FailsWithTheError) {
  CutOutcome outcome = Run({.at = 2, .error = ENOSPC});
  EXPECT_FALSE(outcome.killed);
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_TRUE(Made(1));
  EXPECT_FALSE(Made(2));
  EXPECT_FALSE(Made(3));
}

TEST_F(CutOffTest, OtherSignalsComeBeforeTheCall) {
  static volatile sig_atomic_t seen = 0;
  auto outcome = RunCutOff(
      [this] {
        signal(SIGINT, [](int) { seen = 1; });
        return MakeThree() + (seen == 1 ? 0 : 10);
      },
      Cut{.at = 2, .signal = SIGINT});
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 0);
  EXPECT_FALSE(outcome->killed);
  EXPECT_TRUE(Made(3));
}

TEST_F(CutOffTest, FollowsWhatAProgramStarts) {
  std::string script = absl::StrCat("mkdir ", folder_, "/1; echo said; (mkdir ",
                                    folder_, "/2; mkdir ", folder_, "/3)");
  std::vector<std::string> argv = {"/bin/sh", "-c", script};
  auto whole = RunCutOff(argv, Cut());
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->calls, 3);
  EXPECT_EQ(whole->output, "said\n");
  for (int i = 1; i <= 3; ++i) rmdir(absl::StrCat(folder_, "/", i).c_str());
  auto cut = RunCutOff(argv, Cut{.at = 3});
  ASSERT_TRUE(cut.ok()) << cut.status();
  EXPECT_TRUE(Made(2));
  EXPECT_FALSE(Made(3));
  EXPECT_EQ(cut->exit_status, 128 + 9);
}

TEST_F(CutOffTest, ReadingDoesNotCount) {
  auto outcome = RunCutOff({"/bin/cat", "/etc/passwd"}, Cut());
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->calls, 0);
  EXPECT_EQ(outcome->exit_status, 0);
}

}  // namespace
}  // namespace pol::harness
