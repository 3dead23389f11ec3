#include "agent/apply/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/apply/apply_fixture.h"
#include "agent/apply/apply_lock.h"
#include "agent/apply/plan.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(ApplyTest, PreparesAllThenSwitchesInOrder) {
  v1::Outcome outcome = MustApply("/one");
  EXPECT_TRUE(outcome.changed());
  EXPECT_EQ(outcome.generation(), 1u);
  EXPECT_EQ(outcome.digest(), Make("/one").digest);
  EXPECT_THAT(world_.log, ElementsAre("selinux prepare 1", "network prepare 1",
                                      "selinux switch", "network switch"));
  EXPECT_EQ(ReadActive(host_.paths)->value().generation, 1u);
}

TEST_F(ApplyTest, SecondTimeThereIsNothingToDo) {
  MustApply("/one");
  world_.log.clear();
  v1::Outcome again = MustApply("/one");
  EXPECT_FALSE(again.changed());
  EXPECT_EQ(again.generation(), 1u);
  EXPECT_THAT(world_.log, IsEmpty());
}

TEST_F(ApplyTest, DriftIsPutRightAndTheWayBackStays) {
  MustApply("/one");
  MustApply("/two");
  world_.held["selinux"] = "/drifted";
  v1::Outcome repaired = MustApply("/two");
  EXPECT_TRUE(repaired.changed());
  EXPECT_EQ(repaired.drifted(), 1u);
  EXPECT_EQ(Held(), "/two/two");
  ASSERT_TRUE(Rollback(host_, std::nullopt).ok());
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(ApplyTest, RepairWithoutAPolicyDoesNothing) {
  absl::StatusOr<v1::Outcome> outcome = Repair(host_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->changed());
  EXPECT_THAT(world_.log, IsEmpty());
}

TEST_F(ApplyTest, FailureUndoesWhatWasSwitchedInReverse) {
  MustApply("/one");
  for (const char* fails : {"selinux prepare", "network prepare",
                            "selinux switch", "network switch"}) {
    world_.fails = fails;
    absl::Status failed = Apply(host_, Make("/two")).status();
    EXPECT_FALSE(failed.ok()) << fails;
    EXPECT_EQ(Held(), "/one/one") << fails;
    EXPECT_EQ(ReadActive(host_.paths)->value().bundle.digest,
              Make("/one").digest);
  }
  EXPECT_THAT(std::vector<std::string>(world_.log.end() - 4, world_.log.end()),
              ElementsAre("selinux switch", "network switch", "network undo",
                          "selinux undo"));
  world_.fails = "";
  EXPECT_FALSE(MustApply("/one").changed());
  // The numbers that failed are not used again.
  EXPECT_GT(MustApply("/two").generation(), 3u);
}

TEST_F(ApplyTest, WhatCannotBeUndoneIsNamedBesideTheCause) {
  World* world = &world_;
  class BothFail : public FakeFence {
   public:
    explicit BothFail(World& world) : FakeFence(world, "last") {}
    absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle*, const Bundle&,
                                                  uint64_t) override {
      class Failing : public Step {
        absl::Status Switch() override {
          return absl::InternalError("the cause");
        }
        absl::Status Undo() override { return absl::OkStatus(); }
      };
      return std::make_unique<Failing>();
    }
  };
  host_.fences.push_back(std::make_unique<BothFail>(*world));
  world_.fails = "selinux undo";
  absl::Status failed = Apply(host_, Make("/one")).status();
  EXPECT_THAT(std::string(failed.message()), HasSubstr("the cause"));
  EXPECT_THAT(std::string(failed.message()), HasSubstr("selinux: cannot undo"));
}

TEST_F(ApplyTest, WhatCannotBeRecordedIsUndone) {
  MustApply("/one");
  std::string state = host_.paths.state_dir + "/state";
  ChangeOptions options;
  options.about_to_switch = [&state](uint64_t, const Bundle&) {
    std::filesystem::remove(state);
    std::filesystem::create_directories(state + "/in-the-way");
  };
  absl::Status failed = Apply(host_, Make("/two"), options).status();
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(ApplyTest, SecondChangeIsToldWhoIsAtWork) {
  absl::StatusOr<ApplyLock> lock = ApplyLock::Take(host_.paths.run_dir);
  ASSERT_TRUE(lock.ok()) << lock.status();
  absl::Status refused = Apply(host_, Make("/one")).status();
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()),
              HasSubstr(absl::StrCat("process ", getpid())));
  EXPECT_THAT(world_.log, IsEmpty());
}

TEST_F(ApplyTest, PlanTellsAndTouchesNothing) {
  absl::StatusOr<v1::Plan> plan = MakePlan(host_, Make("/one"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->active_digest(), "");
  EXPECT_EQ(plan->target_digest(), Make("/one").digest);
  ASSERT_EQ(plan->fences_size(), 2);
  EXPECT_EQ(plan->fences(0).reason(), "only a test");
  EXPECT_EQ(plan->fences(0).changes(0).before(), "/was");
  EXPECT_EQ(plan->after().identities(), 1u);
  EXPECT_THAT(world_.log, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(host_.paths.state_dir));
}

TEST_F(ApplyTest, PlanSaysWhatMayNotBeRead) {
  world_.fails = "selinux forbidden";
  absl::StatusOr<v1::Plan> plan = MakePlan(host_, Make("/one"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_THAT(plan->unread(), ElementsAre("selinux: not for you"));
  EXPECT_EQ(plan->fences(0).error(), "not for you");
  EXPECT_EQ(plan->fences(1).changes_size(), 1);
}

TEST_F(ApplyTest, OutcomeNamesWhatPlanNamed) {
  absl::StatusOr<v1::Plan> plan = MakePlan(host_, Make("/one"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  absl::StatusOr<v1::Outcome> outcome = Apply(host_, Make("/one"));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  ASSERT_EQ(outcome->fences_size(), plan->fences_size());
  for (int i = 0; i < outcome->fences_size(); ++i) {
    ASSERT_EQ(outcome->fences(i).changes_size(), 1);
    EXPECT_EQ(outcome->fences(i).changes(0).SerializeAsString(),
              plan->fences(i).changes(0).SerializeAsString());
  }
  EXPECT_EQ(outcome->changes().SerializeAsString(),
            plan->changes().SerializeAsString());
  EXPECT_EQ(Apply(host_, Make("/one"))->fences_size(), 0);
}

TEST_F(ApplyTest, WhatIsNotApprovedTouchesNothing) {
  MustApply("/one");
  world_.log.clear();
  uint64_t seen = 0;
  ChangeOptions refuse;
  refuse.approve = [&](const v1::State& state,
                       const std::vector<v1::FenceReport>& changes) {
    seen = InForce(state).number();
    EXPECT_EQ(changes.size(), 2u);
    return absl::AbortedError("not this");
  };
  absl::Status refused = Apply(host_, Make("/two"), refuse).status();
  EXPECT_TRUE(absl::IsAborted(refused)) << refused;
  EXPECT_EQ(seen, 1u);
  EXPECT_EQ(Held(), "/one/one");
  EXPECT_EQ(ReadStatus(host_)->generation(), 1u);
  // Nor when only drift is put right.
  world_.held["network"] = "/drifted";
  refused = Apply(host_, Make("/one"), refuse).status();
  EXPECT_TRUE(absl::IsAborted(refused)) << refused;
  EXPECT_EQ(world_.held["network"], "/drifted");
}

TEST_F(ApplyTest, PlanCarriesWhatFencesFind) {
  EXPECT_THAT(MakePlan(host_, Make("/one"))->fences(0).findings(), IsEmpty());
  absl::StatusOr<v1::Plan> plan = MakePlan(host_, Make("/odd"));
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->fences(1).findings_size(), 1);
  EXPECT_EQ(plan->fences(1).findings(0).object(), "network");
  EXPECT_EQ(plan->fences(1).findings(0).text(), "is odd");
  EXPECT_EQ(plan->fences(1).findings(0).origin(), "a.pol:1");
  EXPECT_EQ(plan->fences(1).findings(0).code(), "P0001");
  world_.fails = "network findings";
  EXPECT_THAT(std::string(MakePlan(host_, Make("/odd")).status().message()),
              HasSubstr("network: cannot judge"));
}

TEST_F(ApplyTest, StatusTellsDriftAndWhatCannotBeRead) {
  MustApply("/one");
  world_.held["network"] = "/drifted";
  world_.fails = "selinux read";
  absl::StatusOr<v1::HostStatus> status = ReadStatus(host_);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_TRUE(status->active());
  EXPECT_TRUE(status->can_roll_back());
  EXPECT_EQ(status->fences(0).error(), "cannot read");
  EXPECT_EQ(status->fences(1).changes(0).before(), "/drifted");
}

TEST_F(ApplyTest, DamagedBundleInForceIsNamed) {
  MustApply("/one");
  std::string path = host_.paths.state_dir + "/1.polb";
  std::string bytes = *support::ReadFile(path, 1 << 20);
  bytes.back() ^= 1;
  ASSERT_TRUE(support::WriteFile(path, bytes, 0644).ok());
  absl::Status refused = Apply(host_, Make("/two")).status();
  EXPECT_TRUE(absl::IsDataLoss(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("1.polb"));
}

TEST_F(ApplyTest, RemoveAllTakesAwayAndForgets) {
  MustApply("/one");
  MustApply("/two");
  world_.fails = "network remove";
  absl::Status left = RemoveAll(host_);
  EXPECT_THAT(std::string(left.message()), HasSubstr("network: cannot"));
  EXPECT_EQ(world_.held["selinux"], "");
  world_.fails = "";
  ASSERT_TRUE(RemoveAll(host_).ok());
  EXPECT_FALSE(ReadStatus(host_)->active());
  EXPECT_THAT(*support::ListFiles(host_.paths.state_dir, "b"), IsEmpty());
  EXPECT_TRUE(RemoveAll(host_).ok());
}

}  // namespace
}  // namespace pol::apply
