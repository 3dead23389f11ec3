// polc killed before every system call that changes something, and made to
// fail at each: afterwards the host holds exactly the one policy or exactly the
// other.
//
// POL_CRASH_PART=2/4 runs every fourth point, beginning with the second.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/apply/apply.h"
#include "tests/crash/world.h"
#include "tests/harness/cut_off.h"

namespace pol::crash {
namespace {

using harness::Cut;
using harness::CutOutcome;

struct Part {
  int index = 1;
  int count = 1;

  bool Has(int at) const { return at % count == index % count; }
};

Part ThisPart() {
  Part part;
  const char* text = std::getenv("POL_CRASH_PART");
  if (text == nullptr) return part;
  std::pair<std::string, std::string> numbers = absl::StrSplit(text, '/');
  EXPECT_TRUE(absl::SimpleAtoi(numbers.first, &part.index));
  EXPECT_TRUE(absl::SimpleAtoi(numbers.second, &part.count));
  return part;
}

class MatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (harness::TwoHosts::WhyNot() || harness::WhyNoCuts()) return;
    auto world = World::Create();
    if (absl::IsUnavailable(world.status())) {
      why_not_ = std::string(world.status().message());
      return;
    }
    ASSERT_TRUE(world.ok()) << world.status();
    world_ = *std::move(world);
    ASSERT_TRUE(world_->Save("nothing").ok());
  }
  static void TearDownTestSuite() {
    if (world_ != nullptr) {
      EXPECT_TRUE(world_->Close().ok());
    }
    world_.reset();
  }

  void SetUp() override {
    if (auto reason = harness::TwoHosts::WhyNot()) GTEST_SKIP() << *reason;
    if (auto reason = harness::WhyNoCuts()) GTEST_SKIP() << *reason;
    if (!why_not_.empty()) GTEST_SKIP() << why_not_;
    ASSERT_NE(world_, nullptr);
  }

  // One way from a state to another, by a command of polc.
  struct Way {
    std::string from;
    std::string to;
    std::vector<std::string> command;
    Description before;
    Description after;
    int calls = 0;
  };

  static CutOutcome Run(const std::vector<std::string>& command,
                        const Cut& cut) {
    auto outcome = harness::RunCutOff(world_->Polc(command), cut);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : CutOutcome();
  }

  static Description Describe() {
    auto description = world_->Describe();
    EXPECT_TRUE(description.ok()) << description.status();
    return description.ok() ? *description : Description();
  }

  // Goes it once, so that both ends and the number of calls are known.
  static Way Learn(const std::string& from, const std::string& to,
                   std::vector<std::string> command) {
    Way way{from, to, std::move(command), Describe(), {}, 0};
    EXPECT_TRUE(world_->Save(from).ok());
    CutOutcome whole = Run(way.command, Cut());
    EXPECT_EQ(whole.exit_status, 0) << whole.output;
    way.calls = whole.calls;
    way.after = Describe();
    EXPECT_TRUE(way.before != way.after);
    EXPECT_TRUE(world_->Save(to).ok());
    return way;
  }

  // From the one policy to the other, and back.
  static std::vector<Way> LearnBothWays() {
    EXPECT_TRUE(world_->Restore("nothing").ok());
    EXPECT_EQ(Run({"apply", world_->first()}, Cut()).exit_status, 0);
    Way apply = Learn("first", "second", {"apply", world_->second()});
    Way rollback = Learn("second", "back", {"rollback"});
    return {apply, rollback};
  }

  // What the next command does first.
  static apply::v1::Outcome Recover() {
    auto outcome = apply::Repair(world_->host());
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (!outcome.ok()) return apply::v1::Outcome();
    // Nothing was left for it to put right besides.
    EXPECT_EQ(outcome->drifted(), 0u);
    return *outcome;
  }

  // Fails unless the host is at one end of the way. True: the far one.
  static bool IsThere(const Way& way) {
    Description now = Describe();
    if (now == way.after) return true;
    EXPECT_TRUE(now == way.before)
        << "neither at `" << way.from << "`:\n"
        << Differences(way.before, now) << "nor at `" << way.to << "`:\n"
        << Differences(way.after, now);
    return false;
  }

  void KillEverywhere(const Way& way) {
    Part part = ThisPart();
    int points = 0;
    int undone = 0;
    for (int at = 1; at <= way.calls; ++at) {
      if (!part.Has(at)) continue;
      SCOPED_TRACE(absl::StrCat("killed before call ", at));
      CutOutcome cut = Run(way.command, Cut{.at = at});
      if (!cut.killed) break;  // the way was shorter this time
      ++points;
      SCOPED_TRACE(cut.name);
      Recover();
      if (!IsThere(way)) ++undone;
      if (HasFailure()) return;
      ASSERT_TRUE(world_->Restore(way.from).ok());
    }
    std::printf("%s -> %s: %d of %d kill points, %d undone, %d finished\n",
                way.from.c_str(), way.to.c_str(), points, way.calls, undone,
                points - undone);
    EXPECT_GT(points, way.calls / part.count - 2);
  }

  void FailEverywhere(const Way& way, int error) {
    Part part = ThisPart();
    int refused = 0;
    int points = 0;
    for (int at = 1; at <= way.calls; ++at) {
      if (!part.Has(at)) continue;
      SCOPED_TRACE(absl::StrCat("call ", at, " fails with ", error));
      CutOutcome cut = Run(way.command, Cut{.at = at, .error = error});
      ++points;
      SCOPED_TRACE(cut.name);
      SCOPED_TRACE(cut.output);
      // What it could not tidy up behind it is left for the next change, and
      // said.
      if (absl::StrContains(cut.output, "to tidy up")) Recover();
      EXPECT_EQ(IsThere(way), cut.exit_status == 0);
      if (cut.exit_status != 0) ++refused;
      if (HasFailure()) return;
      ASSERT_TRUE(world_->Restore(way.from).ok());
    }
    std::printf("%s -> %s: %d of %d calls failed, %d times the command\n",
                way.from.c_str(), way.to.c_str(), points, way.calls, refused);
  }

  static std::unique_ptr<World> world_;
  static std::string why_not_;
};

std::unique_ptr<World> MatrixTest::world_;
std::string MatrixTest::why_not_;

TEST_F(MatrixTest, KilledAnywhereItIsOnePolicyOrTheOther) {
  for (const Way& way : LearnBothWays()) {
    ASSERT_TRUE(world_->Restore(way.from).ok());
    KillEverywhere(way);
    if (HasFailure()) return;
  }
}

TEST_F(MatrixTest, FailingAnywhereItHasSucceededOrChangedNothing) {
  for (const Way& way : LearnBothWays()) {
    ASSERT_TRUE(world_->Restore(way.from).ok());
    for (int error : {ENOSPC, EIO}) {
      FailEverywhere(way, error);
      if (HasFailure()) return;
    }
  }
}

// Ctrl-C goes to all processes of the terminal, to what libsemanage starts as
// well.
TEST_F(MatrixTest, InterruptedItIsUndoneOrDoneAndSaysWhich) {
  Part part = ThisPart();
  Way way = LearnBothWays()[0];
  ASSERT_TRUE(world_->Restore(way.from).ok());
  int undone = 0;
  int done = 0;
  for (int at = 1; at <= way.calls; ++at) {
    if (at % 8 != 0 && at < way.calls - 2) continue;
    if (!part.Has(at / 8)) continue;
    SCOPED_TRACE(absl::StrCat("interrupted before call ", at));
    CutOutcome cut = Run(way.command, Cut{.at = at, .signal = SIGINT});
    SCOPED_TRACE(cut.output);
    EXPECT_EQ(cut.exit_status, 130);
    bool there = IsThere(way);
    EXPECT_EQ(there, absl::StrContains(cut.output, "the apply is done"));
    EXPECT_NE(there, absl::StrContains(cut.output, "the host is as it was") ||
                         absl::StrContains(cut.output, "nothing was changed"));
    if (HasFailure()) return;
    ++(there ? done : undone);
    ASSERT_TRUE(world_->Restore(way.from).ok());
  }
  std::printf("%d interrupted, %d undone, %d done\n", undone + done, undone,
              done);
}

// The programs are loaded by the one and removed by the other.
TEST_F(MatrixTest, FirstApplyAndTheRollbackOfItAreNoDifferent) {
  ASSERT_TRUE(world_->Restore("nothing").ok());
  Way apply = Learn("nothing", "network", {"apply", world_->network()});
  Way rollback = Learn("network", "no policy", {"rollback"});
  for (const Way& way : {apply, rollback}) {
    ASSERT_TRUE(world_->Restore(way.from).ok());
    KillEverywhere(way);
    if (!HasFailure()) FailEverywhere(way, EIO);
    if (HasFailure()) return;
  }
}

// Recovery killed at every fourth of its own calls, from where a transaction of
// libsemanage was cut off, the labels were, and all was done but the state.
TEST_F(MatrixTest, RecoveryKilledAnywhereIsRunAgain) {
  Part part = ThisPart();
  Way way = LearnBothWays()[0];
  ASSERT_TRUE(world_->Restore(way.from).ok());
  for (int at : {way.calls * 2 / 5, way.calls * 3 / 4, way.calls - 3}) {
    int points = 0;
    for (int call = 1;; ++call) {
      if (!part.Has(call / 4) || call % 4 != 0) continue;
      SCOPED_TRACE(absl::StrCat("killed before call ", at, ", and before call ",
                                call, " of recovery"));
      ASSERT_TRUE(Run(way.command, Cut{.at = at}).killed);
      auto cut = harness::RunCutOff(
          [] { return apply::Repair(world_->host()).ok() ? 0 : 1; },
          Cut{.at = call});
      ASSERT_TRUE(cut.ok()) << cut.status();
      Recover();
      EXPECT_FALSE(IsThere(way));
      if (HasFailure()) return;
      ASSERT_TRUE(world_->Restore(way.from).ok());
      if (!cut->killed) break;
      ++points;
    }
    std::printf("recovery from call %d: %d kill points\n", at, points);
  }
}

}  // namespace
}  // namespace pol::crash
