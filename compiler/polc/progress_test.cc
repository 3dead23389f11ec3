#include "compiler/polc/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "compiler/polc/plan.h"

namespace pol::polc {
namespace {

using std::chrono::seconds;

TEST(ProgressTest, RateAndEstimate) {
  EXPECT_EQ(Progress::Line(6000, 12000, seconds(2)),
            "6000 of 12000 files, 3000 a second, 3 s left");
  EXPECT_EQ(Progress::Line(12000, 12000, seconds(4)),
            "12000 of 12000 files, 3000 a second");
  // More were found than were counted.
  EXPECT_EQ(Progress::Line(5, 4, seconds(5)), "5 of 5 files, 1 a second");
}

TEST(ProgressTest, WithoutATerminalNothingIsSaid) {
  testing::internal::CaptureStderr();
  {
    Progress progress;
    EXPECT_FALSE(progress.active());
    auto files = WithProgress(kernel::MakeFileSystem(), progress);
    int visited = 0;
    EXPECT_TRUE(files
                    ->Walk("/proc/self/nothing",
                           [&](const std::string&, const kernel::FileInfo&) {
                             ++visited;
                           })
                    .ok());
    EXPECT_EQ(visited, 0);
    progress.Examined();
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(IsYesTest, OnlyYesIs) {
  EXPECT_TRUE(IsYes("yes"));
  EXPECT_TRUE(IsYes(" yes\r"));
  for (const char* answer : {"", "y", "no", "YES", "yes please"})
    EXPECT_FALSE(IsYes(answer)) << answer;
}

}  // namespace
}  // namespace pol::polc
