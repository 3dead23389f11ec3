// Changes that were cut off: what the next one finds and does.
#include "agent/apply/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/apply/apply_fixture.h"
#include "agent/apply/journal.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RecoveryTest : public ApplyTest {
 protected:
  v1::Outcome MustRepair() {
    absl::StatusOr<v1::Outcome> outcome = Repair(host_);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : v1::Outcome();
  }

  std::string JournalPath() {
    return host_.paths.state_dir + "/" + State().pending().journal();
  }
};

TEST_F(RecoveryTest, CutOffApplyIsUndoneWhereverItWas) {
  MustApply("/one");
  for (const char* at : {"selinux switch", "selinux switched", "network switch",
                         "network switched"}) {
    DieInApply("/two", at);
    EXPECT_TRUE(State().has_pending()) << at;
    EXPECT_THAT(ReadStatus(host_)->pending(), HasSubstr("an apply")) << at;
    uint64_t number = State().pending().number();
    v1::Outcome outcome = MustRepair();
    EXPECT_EQ(Held(), "/one/one") << at;
    EXPECT_EQ(outcome.generation(), 1u);
    EXPECT_THAT(outcome.notes(),
                ElementsAre(absl::StrCat("an apply of generation ", number,
                                         " was interrupted; the host is back "
                                         "at generation 1")));
    EXPECT_FALSE(State().has_pending());
    EXPECT_THAT(*support::ListFiles(host_.paths.state_dir, ".undo"),
                ElementsAre("1.undo"));
  }
  // Numbers of what was undone are not used again.
  EXPECT_EQ(MustApply("/two").generation(), 6u);
}

TEST_F(RecoveryTest, CutOffFirstApplyLeavesNoPolicy) {
  DieInApply("/one", "network switched");
  v1::Outcome outcome = MustRepair();
  EXPECT_EQ(Held(), "/was");
  EXPECT_EQ(outcome.generation(), 0u);
  EXPECT_THAT(outcome.notes(0), HasSubstr("back at no policy"));
  EXPECT_EQ(MustApply("/one").generation(), 2u);
}

TEST_F(RecoveryTest, NextApplyUndoesFirstAndSaysSo) {
  MustApply("/one");
  DieInApply("/two", "network switch");
  v1::Outcome outcome = MustApply("/three");
  EXPECT_EQ(outcome.generation(), 3u);
  EXPECT_THAT(outcome.notes(0), HasSubstr("generation 2 was interrupted"));
  EXPECT_EQ(Held(), "/three/three");
  ASSERT_TRUE(Rollback(host_, std::nullopt).ok());
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RecoveryTest, CutOffRollbackAndRepairAreUndoneToo) {
  MustApply("/one");
  MustApply("/two");
  world_.dies = "network switch";
  EXPECT_THROW(Rollback(host_, std::nullopt).status().IgnoreError(), Killed);
  world_.dies = "";
  EXPECT_THAT(MustRepair().notes(0),
              HasSubstr("a rollback to generation 1 was interrupted; the host "
                        "is back at generation 2"));
  EXPECT_EQ(Held(), "/two/two");

  world_.held["selinux"] = "/drifted";
  world_.dies = "selinux switched";
  EXPECT_THROW(Repair(host_).status().IgnoreError(), Killed);
  world_.dies = "";
  v1::Outcome outcome = MustRepair();
  EXPECT_THAT(outcome.notes(0), HasSubstr("a repair of generation 2"));
  EXPECT_EQ(outcome.drifted(), 1u);
  EXPECT_EQ(Held(), "/two/two");
}

TEST_F(RecoveryTest, RecoveryThatIsCutOffIsRunAgain) {
  MustApply("/one");
  DieInApply("/two", "network switched");
  for (const char* at : {"network switch", "network switched", "selinux switch",
                         "selinux switched"}) {
    world_.dies = at;
    EXPECT_THROW(Repair(host_).status().IgnoreError(), Killed) << at;
    EXPECT_TRUE(State().has_pending()) << at;
  }
  world_.dies = "";
  EXPECT_EQ(MustRepair().generation(), 1u);
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RecoveryTest, WhatCannotBeUndoneIsTriedAgain) {
  MustApply("/one");
  DieInApply("/two", "network switched");
  world_.fails = "network recover";
  absl::Status failed = Apply(host_, Make("/three")).status();
  EXPECT_THAT(std::string(failed.message()),
              HasSubstr("cannot be undone, the next command tries again"));
  // The others went back all the same.
  EXPECT_EQ(world_.held["selinux"], "/one");
  EXPECT_TRUE(State().has_pending());
  world_.fails = "";
  MustRepair();
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RecoveryTest, FailedUndoOfARunningApplyIsTriedAgain) {
  MustApply("/one");
  class Failing : public FakeFence {
   public:
    explicit Failing(World& world) : FakeFence(world, "last") {}
    absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle*, const Bundle&,
                                                  uint64_t) override {
      class FailingStep : public Step {
        absl::Status Switch() override {
          return absl::InternalError("the cause");
        }
        absl::Status Undo() override { return absl::OkStatus(); }
      };
      return std::make_unique<FailingStep>();
    }
  };
  host_.fences.push_back(std::make_unique<Failing>(world_));
  world_.fails = "selinux undo";
  EXPECT_FALSE(Apply(host_, Make("/two")).ok());
  EXPECT_EQ(Held(), "/two/one");
  world_.fails = "";
  host_.fences.pop_back();
  MustRepair();
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RecoveryTest, WhatOthersChangedIsNamed) {
  MustApply("/one");
  DieInApply("/two", "selinux switched");
  world_.left = {"/srv/a"};
  EXPECT_THAT(MustRepair().notes(), Contains(HasSubstr("/srv/a")));
}

TEST_F(RecoveryTest, DamagedJournalIsNamedAndNothingIsTouched) {
  MustApply("/one");
  DieInApply("/two", "selinux switched");
  std::string bytes = *support::ReadFile(JournalPath(), 1 << 20);
  for (const std::string& damaged :
       {bytes.substr(0, bytes.size() / 2), bytes + "x", std::string()}) {
    ASSERT_TRUE(support::WriteFile(JournalPath(), damaged, 0644).ok());
    world_.log.clear();
    absl::Status refused = Apply(host_, Make("/three")).status();
    EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
    EXPECT_THAT(std::string(refused.message()), HasSubstr(JournalPath()));
    EXPECT_THAT(world_.log, IsEmpty());
  }
  // A whole journal, of another change.
  v1::Journal foreign;
  foreign.set_number(2);
  ASSERT_TRUE(
      support::WriteFile(JournalPath(), *WriteJournal(foreign), 0644).ok());
  absl::Status refused = Repair(host_).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("another one"));
}

TEST_F(RecoveryTest, JournalTakenAwayByHandIsDoneWithout) {
  MustApply("/one");
  DieInApply("/two", "selinux switched");
  std::filesystem::remove(JournalPath());
  v1::Outcome outcome = MustRepair();
  EXPECT_THAT(outcome.notes(0), HasSubstr("its journal is gone"));
  // What is left is drift, and was put right.
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(RecoveryTest, InterruptedChangeLeavesTheHostAsItWas) {
  MustApply("/one");
  // Before the first preparation ends, before and between the switches.
  for (int calls = 1; calls <= 4; ++calls) {
    int asked = 0;
    ChangeOptions options;
    options.cancelled = [&] { return ++asked >= calls; };
    absl::Status stopped = Apply(host_, Make("/two"), options).status();
    EXPECT_TRUE(absl::IsCancelled(stopped)) << stopped;
    EXPECT_EQ(Held(), "/one/one") << calls;
    EXPECT_FALSE(State().has_pending()) << calls;
  }
  int asked = 0;
  ChangeOptions options;
  options.cancelled = [&] { return ++asked > 4; };
  EXPECT_TRUE(Apply(host_, Make("/two"), options).ok());
}

}  // namespace
}  // namespace pol::apply
