#include "agent/apply/saved_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "agent/apply/readable.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"

namespace pol::apply {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

LoadedBundle Target() {
  bundle::v1::Bundle message;
  message.add_identities();
  message.mutable_network()->set_class_count(1);
  message.mutable_network()->add_interval_starts(0);
  return *LoadBundle(*bundle::Write(message));
}

v1::Plan PlanFor(const LoadedBundle& target) {
  v1::Plan plan;
  plan.set_target_digest(target.digest);
  plan.set_active_digest("abc");
  plan.set_active_generation(6);
  v1::FenceReport* fence = plan.add_fences();
  fence->set_name("capabilities");
  for (const char* path : {"/bin/a", "/bin/b"}) {
    v1::Change* change = fence->add_changes();
    change->set_object(absl::StrCat("file ", path));
    change->set_aspect("capabilities");
    change->set_after("cap_net_raw=ep");
  }
  return plan;
}

class SavedPlanTest : public ::testing::Test {
 protected:
  SavedPlanTest() {
    std::string pattern = ::testing::TempDir() + "saved_plan.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    paths_.machine_id_file = folder_ + "/machine-id";
    SetMachineId("0123abcd\n");
  }
  ~SavedPlanTest() override { std::filesystem::remove_all(folder_); }

  void SetMachineId(const std::string& id) {
    ASSERT_TRUE(support::WriteFile(paths_.machine_id_file, id, 0644).ok());
  }
  v1::SavedPlan Saved() {
    LoadedBundle target = Target();
    return *MakeSavedPlan(target, PlanFor(target), ReadMachineId(paths_));
  }
  absl::Status Asked(const v1::State& state, const v1::Plan& now) {
    std::vector<v1::FenceReport> changes(now.fences().begin(),
                                         now.fences().end());
    return ApproveOnly(paths_, Saved().expected())(state, changes);
  }

  std::string folder_;
  kernel::HostPaths paths_;
};

v1::State InForce(uint64_t number, const std::string& digest) {
  v1::State state;
  v1::Generation* generation = state.add_generations();
  generation->set_number(number);
  generation->set_bundle(number == 0 ? "" : absl::StrCat(number, ".polb"));
  generation->set_digest(digest);
  return state;
}

TEST_F(SavedPlanTest, ComesBackAsItWas) {
  v1::SavedPlan plan = Saved();
  absl::StatusOr<v1::SavedPlan> read = ReadPlanFile(*WritePlanFile(plan));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->SerializeAsString(), plan.SerializeAsString());
  EXPECT_EQ(read->expected().machine_id(), "0123abcd");
}

TEST_F(SavedPlanTest, EveryCutAndEveryFlippedByteIsNoticed) {
  const std::string file = *WritePlanFile(Saved());
  for (size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(ReadPlanFile(file.substr(0, size)).ok()) << size;
  EXPECT_FALSE(ReadPlanFile(file + "x").ok());
  for (size_t i = 0; i < file.size(); ++i) {
    std::string other = file;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(ReadPlanFile(other).ok()) << i;
  }
}

TEST_F(SavedPlanTest, ErrorsSayWhatTheFileIs) {
  absl::Status foreign = ReadPlanFile("policy \"x\" {}").status();
  EXPECT_TRUE(absl::IsInvalidArgument(foreign));
  EXPECT_THAT(std::string(foreign.message()), HasSubstr("no saved plan"));
  std::string newer = *WritePlanFile(Saved());
  newer[8] = 2;
  EXPECT_TRUE(absl::IsUnimplemented(ReadPlanFile(newer).status()));
  EXPECT_TRUE(absl::IsDataLoss(
      ReadPlanFile(WritePlanFile(Saved())->substr(0, 100)).status()));
}

TEST_F(SavedPlanTest, HoldsForTheSameHostOnly) {
  v1::Plan same = PlanFor(Target());
  EXPECT_TRUE(Asked(InForce(6, "abc"), same).ok());
  absl::Status later = Asked(InForce(7, "abc"), same);
  EXPECT_TRUE(absl::IsAborted(later));
  EXPECT_EQ(later.message(), "the plan is stale: generation was 6, is 7");
  EXPECT_TRUE(absl::IsAborted(Asked(InForce(6, "abd"), same)));
  v1::Plan drifted = same;
  drifted.mutable_fences(0)->mutable_changes(1)->set_before("=");
  EXPECT_TRUE(absl::IsAborted(Asked(InForce(6, "abc"), drifted)));

  v1::SavedPlan plan = Saved();
  SetMachineId("ffff");
  absl::Status elsewhere =
      ApproveOnly(paths_, plan.expected())(InForce(6, "abc"), {});
  EXPECT_TRUE(absl::IsFailedPrecondition(elsewhere));
  EXPECT_THAT(std::string(elsewhere.message()),
              HasSubstr("was 0123abcd, is ffff"));
}

TEST_F(SavedPlanTest, DifferencesAreNamed) {
  v1::Plan saved = PlanFor(Target());
  v1::Plan now = saved;
  auto* changes = now.mutable_fences(0)->mutable_changes();
  (*changes)[0].set_before("cap_chown=ep");
  (*changes)[1].set_object("file /bin/c");
  EXPECT_THAT(
      Differences(saved, now, 10),
      ElementsAre("capabilities: file /bin/a capabilities: planned none -> "
                  "cap_net_raw=ep, now cap_chown=ep -> cap_net_raw=ep",
                  "capabilities: file /bin/b capabilities: planned none -> "
                  "cap_net_raw=ep, and nothing is left to do",
                  "capabilities: file /bin/c capabilities: not planned, now "
                  "none -> cap_net_raw=ep"));
  EXPECT_THAT(Differences(saved, now, 1),
              ElementsAre(HasSubstr("/bin/a"), "… and 2 more"));
}

TEST_F(SavedPlanTest, AnIncompletePlanIsNotSaved) {
  v1::Plan plan = PlanFor(Target());
  plan.add_unread("selinux: no");
  EXPECT_TRUE(
      absl::IsFailedPrecondition(MakeSavedPlan(Target(), plan, "").status()));
}

TEST(ReadableTest, OnlyStrictUtf8Stays) {
  EXPECT_EQ(Readable("/srv/\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
            "/srv/\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(Readable("a\xff"
                     "b"),
            "a\\xffb");
  EXPECT_EQ(Readable("\xc0\xaf"), "\\xc0\\xaf");
  EXPECT_EQ(Readable("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(Readable("\xe2\x82"), "\\xe2\\x82");
}

}  // namespace
}  // namespace pol::apply
