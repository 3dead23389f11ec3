#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/apply/apply.h"
#include "agent/apply/apply_fixture.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RollbackTest : public ApplyTest {
 protected:
  v1::Outcome MustReturn(std::optional<uint64_t> to = std::nullopt) {
    absl::StatusOr<v1::Outcome> outcome = Rollback(host_, to);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : v1::Outcome();
  }

  std::vector<std::string> Files(const std::string& suffix) {
    return *support::ListFiles(host_.paths.state_dir, suffix);
  }

  std::vector<uint64_t> Numbers() {
    std::vector<uint64_t> numbers;
    v1::GenerationList list = *ReadGenerations(host_.paths);
    for (const v1::KnownGeneration& known : list.generations())
      numbers.push_back(known.number());
    return numbers;
  }
};

TEST_F(RollbackTest, GoesOneBack) {
  MustApply("/one");
  MustApply("/two");
  v1::Outcome back = MustReturn();
  EXPECT_EQ(back.generation(), 3u);
  EXPECT_EQ(back.digest(), Make("/one").digest);
  EXPECT_EQ(Held(), "/one/one");
  absl::StatusOr<v1::HostStatus> status = ReadStatus(host_);
  EXPECT_TRUE(status->can_roll_back());
  EXPECT_EQ(status->rolled_back_from(), 2u);
}

TEST_F(RollbackTest, RollbackIsRolledBackInItsTurn) {
  MustApply("/one");
  MustApply("/two");
  MustReturn();
  EXPECT_EQ(MustReturn().digest(), Make("/two").digest);
  EXPECT_EQ(Held(), "/two/two");
  EXPECT_EQ(MustReturn().generation(), 5u);
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RollbackTest, FirstApplyLeadsBackToNoPolicyAndForthAgain) {
  EXPECT_TRUE(
      absl::IsFailedPrecondition(Rollback(host_, std::nullopt).status()));
  MustApply("/one");
  v1::Outcome back = MustReturn();
  EXPECT_EQ(back.generation(), 0u);
  EXPECT_EQ(Held(), "/was");
  EXPECT_THAT(world_.log, Contains("network cleared"));
  EXPECT_FALSE(ReadActive(host_.paths)->has_value());
  EXPECT_FALSE(ReadStatus(host_)->active());
  EXPECT_EQ(MustReturn().generation(), 3u);
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RollbackTest, AnyKeptGenerationReturnsInOneStep) {
  for (const char* says : {"/one", "/two", "/three", "/four"}) MustApply(says);
  world_.log.clear();
  EXPECT_EQ(MustReturn(2).digest(), Make("/two").digest);
  EXPECT_EQ(Held(), "/two/two");
  EXPECT_THAT(world_.log, ElementsAre("selinux return 5", "network return 5",
                                      "selinux switch", "network switch"));
  EXPECT_EQ(MustReturn(0).generation(), 0u);
  EXPECT_EQ(Held(), "/was");
  EXPECT_EQ(MustReturn(4).digest(), Make("/four").digest);
}

TEST_F(RollbackTest, WhereItCannotGoIsSaid) {
  MustApply("/one");
  absl::Status present = Rollback(host_, 1).status();
  EXPECT_THAT(std::string(present.message()), HasSubstr("the one in force"));
  absl::Status unknown = Rollback(host_, 7).status();
  EXPECT_TRUE(absl::IsNotFound(unknown)) << unknown;
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RollbackTest, TheLastTenAreKept) {
  for (int i = 1; i <= 12; ++i) MustApply(absl::StrCat("/", i));
  EXPECT_THAT(Numbers(), ElementsAre(12, 11, 10, 9, 8, 7, 6, 5, 4, 3));
  EXPECT_EQ(Files(".polb").size(), 10u);
  // What led from the oldest further back is of no more use.
  EXPECT_EQ(Files(".undo").size(), 9u);
  EXPECT_EQ(MustReturn(3).generation(), 13u);
  EXPECT_EQ(Held(), "/3/3");
  // The bundle of 3 has become that of 13.
  EXPECT_THAT(Numbers(), ElementsAre(13, 12, 11, 10, 9, 8, 7, 6, 5, 4));
  EXPECT_THAT(Files(".polb"), Contains("3.polb"));
  EXPECT_EQ(Rollback(host_, 3).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(RollbackTest, ListTellsHowAndByWhom) {
  ChangeOptions options;
  options.uid = 1000;
  options.policy = "/srv/policies";
  ASSERT_TRUE(Apply(host_, Make("/one"), options).ok());
  MustApply("/two");
  MustReturn();
  v1::GenerationList list = *ReadGenerations(host_.paths);
  ASSERT_EQ(list.generations_size(), 4);
  EXPECT_EQ(list.generations(0).how(), v1::DIRECTION_ROLLBACK);
  EXPECT_EQ(list.generations(0).source(), 1u);
  EXPECT_EQ(list.generations(0).policy(), "/srv/policies");
  EXPECT_TRUE(list.generations(0).in_force());
  EXPECT_EQ(list.generations(2).uid(), 1000u);
  EXPECT_EQ(list.generations(2).how(), v1::DIRECTION_APPLY);
  EXPECT_EQ(list.generations(2).digest(), Make("/one").digest);
  EXPECT_GT(list.generations(2).unix_ms(), 0);
  EXPECT_EQ(list.generations(3).number(), 0u);
}

TEST_F(RollbackTest, NoFileIsLeftThatNothingNames) {
  MustApply("/one");
  world_.held["selinux"] = "/drifted";
  MustApply("/one");
  std::string state_dir = host_.paths.state_dir;
  ASSERT_TRUE(support::WriteFile(state_dir + "/state.new.1", "", 0644).ok());
  ASSERT_TRUE(support::WriteFile(state_dir + "/9.polb", "", 0644).ok());
  MustApply("/two");
  EXPECT_THAT(Files(""), ElementsAre(".", "..", "1.polb", "1.undo", "3.polb",
                                     "3.undo", "state"));
}

class UnconfirmedTest : public RollbackTest {
 protected:
  // As if the time was over.
  void LetItPass() {
    StateFolder folder(host_.paths.state_dir);
    v1::State state = *folder.Read();
    state.mutable_confirmation()->set_deadline_boottime_ms(0);
    ASSERT_TRUE(folder.Write(state).ok());
  }

  v1::Outcome ApplyFor(const std::string& says, int64_t seconds) {
    ChangeOptions options;
    options.confirm_within_seconds = seconds;
    absl::StatusOr<v1::Outcome> outcome = Apply(host_, Make(says), options);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }
};

TEST_F(UnconfirmedTest, ConfirmedGenerationStays) {
  MustApply("/one");
  EXPECT_NE(ApplyFor("/two", 600).confirm_until_unix_ms(), 0);
  EXPECT_NE(ReadStatus(host_)->confirm_until_unix_ms(), 0);
  EXPECT_GT(**UnconfirmedForMs(host_.paths), 0);
  EXPECT_FALSE(ReturnIfUnconfirmed(host_)->changed());
  ASSERT_TRUE(Confirm(host_).ok());
  EXPECT_EQ(*UnconfirmedForMs(host_.paths), std::nullopt);
  EXPECT_FALSE(ReturnIfUnconfirmed(host_)->changed());
  EXPECT_EQ(Held(), "/two/two");
  EXPECT_TRUE(absl::IsFailedPrecondition(Confirm(host_).status()));
}

TEST_F(UnconfirmedTest, UnconfirmedGenerationIsLeft) {
  MustApply("/one");
  ApplyFor("/two", 600);
  LetItPass();
  EXPECT_EQ(**UnconfirmedForMs(host_.paths), 0);
  absl::StatusOr<v1::Outcome> outcome = ReturnIfUnconfirmed(host_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_TRUE(outcome->changed());
  EXPECT_EQ(outcome->generation(), 3u);
  EXPECT_THAT(outcome->notes(0), HasSubstr("generation 2 was not confirmed"));
  EXPECT_EQ(Held(), "/one/one");
  EXPECT_FALSE(ReturnIfUnconfirmed(host_)->changed());
}

TEST_F(UnconfirmedTest, LateConfirmationIsRefusedAndSaysWhy) {
  MustApply("/one");
  ApplyFor("/two", 600);
  LetItPass();
  absl::Status late = Confirm(host_).status();
  EXPECT_THAT(std::string(late.message()), HasSubstr("not confirmed in time"));
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(UnconfirmedTest, SecondApplyWaits) {
  MustApply("/one");
  ApplyFor("/two", 600);
  absl::Status refused = Apply(host_, Make("/three")).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr("generation 2 waits to be confirmed"));
  EXPECT_EQ(Held(), "/two/two");
  // To go back by will is no reason to wait.
  MustReturn();
  EXPECT_EQ(Held(), "/one/one");
  EXPECT_EQ(*UnconfirmedForMs(host_.paths), std::nullopt);
  MustApply("/three");
}

TEST_F(UnconfirmedTest, RollbackThatComesLateGoesBackOnce) {
  MustApply("/one");
  MustApply("/two");
  ApplyFor("/three", 600);
  LetItPass();
  EXPECT_TRUE(MustReturn().changed());
  EXPECT_EQ(Held(), "/two/two");
}

}  // namespace
}  // namespace pol::apply
