// A host of two fences in memory, and a state folder on the disk.
#ifndef POL_AGENT_APPLY_APPLY_FIXTURE_H_
#define POL_AGENT_APPLY_APPLY_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "agent/apply/apply.h"
#include "compiler/bundle/container.h"

namespace pol::apply {

using bundle::v1::Bundle;
using enforce::Fence;
using enforce::Step;

// The first file of a bundle stands for all it says: fences here hold its path.
inline std::string Says(const Bundle* bundle) {
  return bundle == nullptr || bundle->files().empty() ? ""
                                                      : bundle->files(0).path();
}

// Stands for SIGKILL: nothing more is done, and the lock is free.
struct Killed {};

// What two fences and a test share.
struct World {
  std::map<std::string, std::string> held;  // by fence
  std::vector<std::string> log;
  std::string fails;  // "capabilities prepare", "network switch" …
  std::string dies;   // "network switch": before it, "network switched": after
  std::vector<std::string> left;  // what an undo finds changed by others
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
    if (world_.dies == name_ + " switch") throw Killed();
    world_.held[name_] = after_;
    if (world_.dies == name_ + " switched") throw Killed();
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
  std::vector<enforce::Change> Changes() const override {
    if (before_ == after_) return {};
    return {{name_, "content", before_, after_, "a.pol:1"}};
  }

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

  absl::StatusOr<std::vector<enforce::Change>> Read(
      const Bundle*, const Bundle& target) override {
    if (world_.fails == name_ + " read")
      return absl::InternalError("cannot read");
    if (world_.fails == name_ + " forbidden")
      return absl::PermissionDeniedError("not for you");
    std::vector<enforce::Change> changes;
    if (world_.held[name_] != Says(&target)) {
      changes.push_back(
          {name_, "content", world_.held[name_], Says(&target), "a.pol:1"});
    }
    return changes;
  }
  absl::StatusOr<std::vector<enforce::Finding>> Findings(
      const Bundle*, const Bundle& target) override {
    if (world_.fails == name_ + " findings")
      return absl::InternalError("cannot judge");
    if (Says(&target) != "/odd") return std::vector<enforce::Finding>();
    return std::vector<enforce::Finding>{{name_, "is odd", "a.pol:1", "P0001"}};
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
  absl::StatusOr<std::unique_ptr<Step>> PrepareUndo(
      const Bundle*, const Bundle&, uint64_t generation,
      const std::string& journal, std::vector<std::string>* left) override {
    world_.log.push_back(absl::StrCat(name_, " back to ", generation));
    if (world_.fails == name_ + " recover")
      return absl::InternalError("cannot recover");
    left->insert(left->end(), world_.left.begin(), world_.left.end());
    return std::make_unique<FakeStep>(world_, name_, journal);
  }
  absl::StatusOr<std::string> JoinJournals(const std::string&,
                                           const std::string& older) override {
    return older;
  }
  absl::Status Tidy(const Bundle* active, enforce::Tidying tidying,
                    std::vector<std::string>*) override {
    if (tidying == enforce::Tidying::kForeign && active == nullptr)
      world_.log.push_back(name_ + " cleared");
    return absl::OkStatus();
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

  // An apply that is cut off at World.dies.
  void DieInApply(const std::string& says, const std::string& at) {
    world_.dies = at;
    EXPECT_THROW(Apply(host_, Make(says)).status().IgnoreError(), Killed) << at;
    world_.dies = "";
  }

  v1::State State() { return *StateFolder(host_.paths.state_dir).Read(); }

  // Everything that is held, as a whole.
  std::string Held() { return world_.held["selinux"] + world_.held["network"]; }

  std::string folder_;
  World world_;
  Host host_;
};

}  // namespace pol::apply

#endif  // POL_AGENT_APPLY_APPLY_FIXTURE_H_
