// Changes of labels and records that were cut off, and journals of several.
#include "agent/enforce/selinux/undo_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/enforce/selinux/label_plan.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"

namespace pol::enforce {
namespace {

using kernel::FcontextEntry;
using kernel::kSelinuxXattr;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string Context(const std::string& type) {
  return "system_u:object_r:" + type + ":s0";
}

class UndoStepTest : public ::testing::Test {
 protected:
  UndoStepTest() {
    store_.base = {{"/.*", "", Context("default_t")}};
    store_.booleans = {{"httpd_can_network_connect", false}};
    store_.running = store_.booleans;
    for (const char* path : {"/srv/a", "/srv/b"}) files_.Add(path);
    files_.Set("/srv/b", kSelinuxXattr, "odd");
  }

  static Bundle Labelling(const std::string& type, bool boolean = false) {
    Bundle bundle;
    auto* rule = bundle.add_fcontexts();
    rule->set_path("/srv(/.*)?");
    rule->set_context(Context(type));
    if (boolean) {
      bundle.add_booleans()->set_name("httpd_can_network_connect");
      bundle.mutable_booleans(0)->set_on(true);
      bundle.add_equivalences()->set_path("/opt/web");
      bundle.mutable_equivalences(0)->set_equal_to("/srv");
    }
    return bundle;
  }

  std::string Switch(const Bundle* active, const Bundle& target,
                     bool fails = false) {
    auto step = fence_->Prepare(active, target, 1);
    EXPECT_TRUE(step.ok()) << step.status();
    std::string journal = (*step)->Journal();
    EXPECT_EQ((*step)->Switch().ok(), !fails);
    return journal;
  }
  void Undo(const std::string& journal) {
    auto step =
        fence_->PrepareUndo(nullptr, Labelling("b_t"), 0, journal, &left_);
    ASSERT_TRUE(step.ok()) << step.status();
    ASSERT_EQ((*step)->Switch(), absl::OkStatus());
  }

  // All that counts.
  auto Everything() {
    return std::tuple(files_.Everything(), store_.local, store_.running);
  }

  kernel::FakeFileSystem files_;
  kernel::FakeSelinuxStore store_;
  std::unique_ptr<Fence> fence_ = MakeSelinuxFence(files_, store_);
  std::vector<std::string> left_;
};

TEST_F(UndoStepTest, GoesBackFromAnywhere) {
  auto before = Everything();
  Bundle target = Labelling("a_t", /*boolean=*/true);
  for (int changes = 0; changes <= 2; ++changes) {
    files_.FailAfter(changes);
    std::string journal = Switch(nullptr, target, /*fails=*/changes < 2);
    files_.FailAfter(-1);
    EXPECT_NE(Everything(), before);
    for (int again = 0; again < 2; ++again) {
      Undo(journal);
      EXPECT_EQ(Everything(), before) << changes;
    }
  }
  EXPECT_THAT(left_, IsEmpty());
}

TEST_F(UndoStepTest, InstallsThePolicyAgainWhereTheStoreHadNotChanged) {
  auto step = fence_->Prepare(nullptr, Labelling("a_t"), 1);
  std::string journal = (*step)->Journal();
  Undo(journal);
  EXPECT_EQ(store_.reinstalls, 1);
  // No records, no store that could have been cut off.
  Bundle nothing;
  Undo((*fence_->Prepare(nullptr, nothing, 1))->Journal());
  EXPECT_EQ(store_.reinstalls, 1);
}

TEST_F(UndoStepTest, RecordsThatSomebodyChangedAreLeftAndNamed) {
  std::string journal = Switch(nullptr, Labelling("a_t"));
  store_.local.fcontexts.push_back({"/theirs", "", Context("c_t")});
  kernel::LocalRecords theirs = store_.local;
  Undo(journal);
  EXPECT_EQ(store_.local, theirs);
  EXPECT_THAT(left_, Contains(HasSubstr("local SELinux records")));
  EXPECT_EQ(files_.Get("/srv/a", kSelinuxXattr), std::nullopt);
}

// The file of the equivalences is replaced just before the rest.
TEST_F(UndoStepTest, GoesBackFromBetweenEquivalencesAndRecords) {
  auto before = Everything();
  const kernel::LocalRecords theirs = store_.local;
  std::string journal = Switch(nullptr, Labelling("a_t", /*boolean=*/true));
  const kernel::LocalRecords ours = store_.local;
  store_.local = theirs;
  store_.local.equivalences = ours.equivalences;
  Undo(journal);
  EXPECT_EQ(Everything(), before);
  EXPECT_GT(store_.reinstalls, 0);
  EXPECT_THAT(left_, IsEmpty());

  // What somebody else did to the one does not keep the other.
  store_.local = ours;
  store_.local.equivalences.push_back({"/theirs", "/x"});
  Undo(journal);
  EXPECT_THAT(left_, ElementsAre(HasSubstr("SELinux equivalences")));
  EXPECT_EQ(store_.local.fcontexts, theirs.fcontexts);
  EXPECT_EQ(store_.local.equivalences.size(), 2u);
}

TEST_F(UndoStepTest, TidyingRepairsWhatWasCutOffAndSaysSo) {
  store_.cut_off = "it was cut off";
  std::vector<std::string> notes;
  ASSERT_TRUE(fence_->Tidy(nullptr, Tidying::kMachinery, &notes).ok());
  EXPECT_THAT(notes, ElementsAre(HasSubstr("it was cut off")));
  ASSERT_TRUE(fence_->Tidy(nullptr, Tidying::kForeign, &notes).ok());
  EXPECT_EQ(notes.size(), 1u);
}

TEST_F(UndoStepTest, JoinedJournalsLeadOverSeveralSteps) {
  auto before = Everything();
  Bundle one = Labelling("a_t", /*boolean=*/true);
  Bundle two = Labelling("b_t");
  std::string first = Switch(nullptr, one);
  std::string second = Switch(&one, two);
  std::string both = *fence_->JoinJournals(second, first);
  auto step = fence_->PrepareReturn(two, Bundle(), 3, both);
  ASSERT_TRUE(step.ok()) << step.status();
  ASSERT_EQ((*step)->Switch(), absl::OkStatus());
  EXPECT_EQ(Everything(), before);
}

TEST_F(UndoStepTest, RecordsOfOthersBetweenTheStepsStay) {
  Bundle one = Labelling("a_t");
  Bundle two = Labelling("b_t");
  std::string first = Switch(nullptr, one);
  FcontextEntry theirs = {"/theirs", "", Context("c_t")};
  store_.local.fcontexts.push_back(theirs);
  std::string second = Switch(&one, two);
  auto step = fence_->PrepareReturn(two, Bundle(), 3,
                                    *fence_->JoinJournals(second, first));
  ASSERT_TRUE(step.ok()) << step.status();
  ASSERT_EQ((*step)->Switch(), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, ElementsAre(theirs));
}

}  // namespace
}  // namespace pol::enforce
