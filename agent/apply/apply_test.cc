#include "agent/apply/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/apply/apply_lock.h"
#include "agent/apply/plan.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;
using enforce::Change;
using enforce::Fence;
using enforce::Finding;
using enforce::Step;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The first file of a bundle stands for all it says: fences here hold its path.
std::string Says(const Bundle* bundle) {
  return bundle == nullptr || bundle->files().empty() ? ""
                                                      : bundle->files(0).path();
}

// What two fences and a test share.
struct World {
  std::map<std::string, std::string> held;  // by fence
  std::vector<std::string> log;
  std::string fails;  // "capabilities prepare", "network switch" …
};

class FakeStep : public Step {
 public:
  FakeStep(World& world, std::string name, std::string after)
      : world_(world),
        name_(std::move(name)),
        before_(world.held[name_]),
        after_(std::move(after)) {}

  absl::Status Switch() override {
    world_.log.push_back(name_ + " switch");
    world_.held[name_] = after_;
    return world_.fails == name_ + " switch"
               ? absl::InternalError("cannot switch")
               : absl::OkStatus();
  }
  absl::Status Undo() override {
    world_.log.push_back(name_ + " undo");
    if (world_.fails == name_ + " undo")
      return absl::InternalError("cannot undo");
    world_.held[name_] = before_;
    return absl::OkStatus();
  }
  std::string Journal() const override { return before_; }

 private:
  World& world_;
  std::string name_;
  std::string before_;
  std::string after_;
};

class FakeFence : public Fence {
 public:
  FakeFence(World& world, std::string name)
      : world_(world), name_(std::move(name)) {}

  std::string_view name() const override { return name_; }
  enforce::Support Probe() override { return {false, "only a test"}; }

  absl::StatusOr<std::vector<Change>> Read(const Bundle*,
                                           const Bundle& target) override {
    if (world_.fails == name_ + " read")
      return absl::InternalError("cannot read");
    std::vector<Change> changes;
    if (world_.held[name_] != Says(&target)) {
      changes.push_back(
          {name_, "content", world_.held[name_], Says(&target), "a.pol:1"});
    }
    return changes;
  }
  absl::StatusOr<std::vector<Finding>> Findings(const Bundle*,
                                                const Bundle& target) override {
    if (world_.fails == name_ + " findings")
      return absl::InternalError("cannot judge");
    if (Says(&target) != "/odd") return std::vector<Finding>();
    return std::vector<Finding>{{name_, "is odd", "a.pol:1", "P0001"}};
  }
  absl::StatusOr<std::unique_ptr<Step>> Prepare(const Bundle*,
                                                const Bundle& target,
                                                uint64_t generation) override {
    world_.log.push_back(absl::StrCat(name_, " prepare ", generation));
    if (world_.fails == name_ + " prepare")
      return absl::InternalError("cannot prepare");
    return std::make_unique<FakeStep>(world_, name_, Says(&target));
  }
  absl::StatusOr<std::unique_ptr<Step>> PrepareReturn(
      const Bundle&, const Bundle&, uint64_t generation,
      const std::string& journal) override {
    world_.log.push_back(absl::StrCat(name_, " return ", generation));
    return std::make_unique<FakeStep>(world_, name_, journal);
  }
  absl::Status Verify(const Bundle&) override { return absl::OkStatus(); }
  absl::Status Remove(const Bundle&) override {
    world_.log.push_back(name_ + " remove");
    if (world_.fails == name_ + " remove")
      return absl::InternalError("cannot remove");
    world_.held[name_] = "";
    return absl::OkStatus();
  }

 private:
  World& world_;
  std::string name_;
};

class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() {
    std::string pattern = ::testing::TempDir() + "apply.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    host_.paths.state_dir = folder_ + "/lib/pol";
    host_.paths.run_dir = folder_ + "/run";
    host_.fences.push_back(std::make_unique<FakeFence>(world_, "selinux"));
    host_.fences.push_back(std::make_unique<FakeFence>(world_, "network"));
    world_.held = {{"selinux", "/was"}, {"network", ""}};
  }
  ~ApplyTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
  }

  static LoadedBundle Make(const std::string& says) {
    Bundle bundle;
    bundle.add_identities();
    bundle.mutable_network()->set_class_count(1);
    bundle.mutable_network()->add_interval_starts(0);
    bundle.add_files()->set_path(says);
    return *LoadBundle(*bundle::Write(bundle));
  }

  v1::Outcome MustApply(const std::string& says) {
    absl::StatusOr<v1::Outcome> outcome = Apply(host_, Make(says));
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return *outcome;
  }

  // Everything that is held, as a whole.
  std::string Held() { return world_.held["selinux"] + world_.held["network"]; }

  std::string folder_;
  World world_;
  Host host_;
};

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
  ASSERT_TRUE(Rollback(host_).ok());
  EXPECT_EQ(Held(), "/one/one");
}

TEST_F(ApplyTest, RepairWithoutAPolicyDoesNothing) {
  absl::StatusOr<v1::Outcome> outcome = Repair(host_);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_FALSE(outcome->changed());
  EXPECT_THAT(world_.log, IsEmpty());
}

TEST_F(ApplyTest, RollbackGoesBackOnceAndSaysSoTheSecondTime) {
  MustApply("/one");
  MustApply("/two");
  absl::StatusOr<v1::Outcome> back = Rollback(host_);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->generation(), 3u);
  EXPECT_EQ(back->digest(), Make("/one").digest);
  EXPECT_EQ(Held(), "/one/one");
  absl::StatusOr<v1::HostStatus> status = ReadStatus(host_);
  EXPECT_FALSE(status->can_roll_back());
  EXPECT_EQ(status->rolled_back_from(), 2u);

  absl::Status again = Rollback(host_).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(again)) << again;
  EXPECT_THAT(std::string(again.message()), HasSubstr("rollback of 2"));
  EXPECT_EQ(MustApply("/two").generation(), 4u);
  EXPECT_TRUE(Rollback(host_).ok());
}

TEST_F(ApplyTest, RollbackOfTheFirstApplyLeadsToNoPolicy) {
  MustApply("/one");
  absl::StatusOr<v1::Outcome> back = Rollback(host_);
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->generation(), 0u);
  EXPECT_THAT(world_.log, ::testing::Contains("network remove"));
  EXPECT_FALSE(ReadActive(host_.paths)->has_value());
  EXPECT_TRUE(absl::IsFailedPrecondition(Rollback(host_).status()));
  EXPECT_EQ(MustApply("/two").generation(), 3u);
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
  absl::Status failed =
      Apply(host_, Make("/two"), [&state](uint64_t, const Bundle&) {
        std::filesystem::remove(state);
        std::filesystem::create_directories(state + "/in-the-way");
      }).status();
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

TEST_F(ApplyTest, OnlyWhatIsNeededIsKept) {
  for (const char* says : {"/one", "/two", "/three"}) MustApply(says);
  EXPECT_THAT(*support::ListFiles(host_.paths.state_dir, ".polb"),
              ElementsAre("2.polb", "3.polb"));
  EXPECT_THAT(*support::ListFiles(host_.paths.state_dir, ".undo"),
              ElementsAre("3.undo"));
}

}  // namespace
}  // namespace pol::apply
