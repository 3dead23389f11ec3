#include "agent/apply/apply_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace pol::apply {
namespace {

using ::testing::HasSubstr;

class ApplyLockTest : public ::testing::Test {
 protected:
  ApplyLockTest() {
    std::string pattern = ::testing::TempDir() + "apply_lock.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ApplyLockTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(ApplyLockTest, SecondIsToldWhoHoldsIt) {
  absl::StatusOr<ApplyLock> first = ApplyLock::Take(folder_ + "/run");
  ASSERT_TRUE(first.ok()) << first.status();
  absl::Status refused = ApplyLock::Take(folder_ + "/run").status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("process ", getpid())));
}

TEST_F(ApplyLockTest, IsFreeAgainAfterwards) {
  EXPECT_TRUE(ApplyLock::Take(folder_).ok());
  EXPECT_TRUE(ApplyLock::Take(folder_).ok());
}

TEST_F(ApplyLockTest, DeathReleasesIt) {
  int taken[2];
  ASSERT_EQ(pipe(taken), 0);
  pid_t holder = fork();
  if (holder == 0) {
    absl::StatusOr<ApplyLock> lock = ApplyLock::Take(folder_);
    char done = lock.ok() ? 'y' : 'n';
    if (write(taken[1], &done, 1) == 1) pause();
    _exit(1);
  }
  char done = 0;
  ASSERT_EQ(read(taken[0], &done, 1), 1);
  ASSERT_EQ(done, 'y');
  absl::Status refused = ApplyLock::Take(folder_).status();
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("process ", holder)));
  kill(holder, SIGKILL);
  ASSERT_EQ(waitpid(holder, nullptr, 0), holder);
  EXPECT_TRUE(ApplyLock::Take(folder_).ok());
  close(taken[0]);
  close(taken[1]);
}

}  // namespace
}  // namespace pol::apply
