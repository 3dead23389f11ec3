#include "agent/enforce/xattrs/xattr_step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "agent/kernel/fakes/fake_file_system.h"

namespace pol::enforce {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kName[] = "security.test";

class XattrStepTest : public ::testing::Test {
 protected:
  XattrStepTest() {
    for (const char* path : {"/absent", "/empty", "/full"}) files_.Add(path);
    files_.Set("/empty", kName, "");
    files_.Set("/full", kName, std::string("old\0", 4));
  }

  void Plan(const std::string& path, std::optional<std::string> after,
            bool named = true) {
    auto file = files_.Open(path);
    writes_[path] = {(*file)->info(), *(*file)->GetXattr(kName),
                     std::move(after), "web.pol:3", named};
  }

  void PlanAll() {
    Plan("/absent", "new");
    Plan("/empty", std::nullopt);
    Plan("/full", "");
  }

  kernel::FakeFileSystem files_;
  XattrWrites writes_;
};

TEST_F(XattrStepTest, WritesAndGivesBackByteForByte) {
  PlanAll();
  auto before = files_.Everything();
  XattrStep step(files_, kName, writes_);
  ASSERT_TRUE(step.Switch().ok());
  EXPECT_EQ(files_.Get("/absent", kName), "new");
  EXPECT_EQ(files_.Get("/empty", kName), std::nullopt);
  EXPECT_EQ(files_.Get("/full", kName), "");
  ASSERT_TRUE(step.Undo().ok());
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(XattrStepTest, FailureAtAnyChangeIsUndone) {
  PlanAll();
  auto before = files_.Everything();
  for (int changes = 0; changes < 3; ++changes) {
    XattrStep step(files_, kName, writes_);
    files_.FailAfter(changes);
    absl::Status failed = step.Switch();
    EXPECT_THAT(std::string(failed.message()), HasSubstr("web.pol:3"));
    EXPECT_TRUE(step.Undo().ok());
    EXPECT_EQ(files_.Everything(), before) << changes;
  }
}

TEST_F(XattrStepTest, UndoGoesOnPastAFileItCannotUndo) {
  PlanAll();
  XattrStep step(files_, kName, writes_);
  ASSERT_TRUE(step.Switch().ok());
  files_.FailAfter(0);  // "/full", the last one written
  EXPECT_FALSE(step.Undo().ok());
  EXPECT_EQ(files_.Get("/absent", kName), std::nullopt);
  EXPECT_EQ(files_.Get("/empty", kName), "");
}

TEST_F(XattrStepTest, UndoWithoutSwitchDoesNothing) {
  PlanAll();
  auto before = files_.Everything();
  EXPECT_TRUE(XattrStep(files_, kName, writes_).Undo().ok());
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(XattrStepTest, ReplacedFileIsNotTouched) {
  Plan("/full", "new", /*named=*/true);
  XattrStep named(files_, kName, writes_);
  files_.Add("/full");
  EXPECT_TRUE(absl::IsAborted(named.Switch()));
  EXPECT_EQ(files_.Get("/full", kName), std::nullopt);

  writes_.at("/full").named = false;
  XattrStep walked(files_, kName, writes_);
  EXPECT_TRUE(walked.Switch().ok());
  EXPECT_EQ(files_.Get("/full", kName), std::nullopt);
}

TEST_F(XattrStepTest, OnlyANamedFileHasToBeThere) {
  Plan("/full", "new", /*named=*/false);
  files_.Remove("/full");
  EXPECT_TRUE(XattrStep(files_, kName, writes_).Switch().ok());
  writes_.at("/full").named = true;
  EXPECT_TRUE(absl::IsNotFound(XattrStep(files_, kName, writes_).Switch()));
}

TEST_F(XattrStepTest, JournalLeadsBack) {
  PlanAll();
  auto before = files_.Everything();
  XattrStep step(files_, kName, writes_);
  std::string journal = step.Journal();
  ASSERT_TRUE(step.Switch().ok());

  XattrWrites back;
  ASSERT_TRUE(AddReturns(files_, kName, *ParseUndo(journal), &back).ok());
  ASSERT_TRUE(XattrStep(files_, kName, back).Switch().ok());
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(XattrStepTest, JournalLeavesAloneWhatChangedSince) {
  PlanAll();
  XattrStep step(files_, kName, writes_);
  std::string journal = step.Journal();
  ASSERT_TRUE(step.Switch().ok());
  files_.Set("/absent", kName, "somebody's");
  files_.Add("/empty");
  files_.Remove("/full");

  XattrWrites back;
  ASSERT_TRUE(AddReturns(files_, kName, *ParseUndo(journal), &back).ok());
  EXPECT_THAT(back, IsEmpty());
}

// What was cut off at any of its acts is undone.
TEST_F(XattrStepTest, UndoneFromAnywhere) {
  PlanAll();
  auto before = files_.Everything();
  for (int changes = 0; changes <= 3; ++changes) {
    XattrStep step(files_, kName, writes_);
    v1::Undo undo = *ParseUndo(step.Journal());
    files_.FailAfter(changes);
    step.Switch().IgnoreError();
    files_.FailAfter(-1);
    // Twice: recovery itself may be cut off.
    for (int again = 0; again < 2; ++again) {
      XattrWrites back;
      std::vector<std::string> left;
      ASSERT_TRUE(AddUndone(files_, kName, undo, &back, &left).ok());
      EXPECT_THAT(left, IsEmpty());
      ASSERT_TRUE(XattrStep(files_, kName, back).Switch().ok());
      EXPECT_EQ(files_.Everything(), before) << changes;
    }
  }
}

TEST_F(XattrStepTest, WhatOthersChangedIsLeftAndNamed) {
  PlanAll();
  XattrStep step(files_, kName, writes_);
  v1::Undo undo = *ParseUndo(step.Journal());
  ASSERT_TRUE(step.Switch().ok());
  files_.Set("/absent", kName, "somebody's");
  files_.Add("/empty");
  files_.Remove("/full");
  XattrWrites back;
  std::vector<std::string> left;
  ASSERT_TRUE(AddUndone(files_, kName, undo, &back, &left).ok());
  EXPECT_THAT(back, IsEmpty());
  EXPECT_THAT(left, ElementsAre(HasSubstr("/absent"), HasSubstr("/empty"),
                                HasSubstr("/full")));
}

TEST_F(XattrStepTest, AfterABootDevicesHaveOtherNumbers) {
  PlanAll();
  XattrStep step(files_, kName, writes_);
  v1::Undo undo = *ParseUndo(step.Journal());
  ASSERT_TRUE(step.Switch().ok());
  for (v1::FileUndo& file : *undo.mutable_files()) file.set_device(77);
  XattrWrites back;
  std::vector<std::string> left;
  ASSERT_TRUE(AddUndone(files_, kName, undo, &back, &left).ok());
  EXPECT_THAT(back, IsEmpty());
  EXPECT_EQ(left.size(), 3u);
  left.clear();
  undo.set_boot_id("another boot");
  ASSERT_TRUE(AddUndone(files_, kName, undo, &back, &left).ok());
  EXPECT_EQ(back.size(), 3u);
  EXPECT_THAT(left, IsEmpty());
}

class JoinUndosTest : public XattrStepTest {
 protected:
  // Writes what is planned and keeps how to go back.
  v1::Undo Step() {
    XattrStep step(files_, kName, std::exchange(writes_, {}));
    v1::Undo undo = *ParseUndo(step.Journal());
    EXPECT_TRUE(step.Switch().ok());
    return undo;
  }
  void Return(const v1::Undo& undo) {
    XattrWrites back;
    ASSERT_TRUE(AddReturns(files_, kName, undo, &back).ok());
    ASSERT_TRUE(XattrStep(files_, kName, back).Switch().ok());
  }
};

TEST_F(JoinUndosTest, LeadsOverSeveralStepsAtOnce) {
  auto before = files_.Everything();
  PlanAll();
  v1::Undo first = Step();
  Plan("/absent", "second");
  Plan("/full", std::nullopt);
  v1::Undo second = Step();
  Plan("/absent", "third");
  Plan("/empty", "third");
  v1::Undo third = Step();
  Return(JoinUndos(JoinUndos(third, second), first));
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(JoinUndosTest, StopsWhereSomebodyElseHadChangedAFile) {
  Plan("/full", "first");
  v1::Undo first = Step();
  files_.Set("/full", kName, "somebody's");
  Plan("/full", "second");
  v1::Undo second = Step();
  Return(JoinUndos(second, first));
  EXPECT_EQ(files_.Get("/full", kName), "somebody's");
}

TEST_F(JoinUndosTest, StopsAtAnotherFileOfThatName) {
  Plan("/full", "first");
  v1::Undo first = Step();
  files_.Add("/full");
  Plan("/full", "second");
  v1::Undo second = Step();
  Return(JoinUndos(second, first));
  EXPECT_EQ(files_.Get("/full", kName), std::nullopt);
}

TEST(ParseUndoTest, DamageIsNamed) {
  EXPECT_TRUE(absl::IsDataLoss(ParseUndo("\xff\xff").status()));
}

TEST_F(XattrStepTest, JournalTakesNamesThatAreNoText) {
  files_.Add("/name\xff");
  Plan("/name\xff", "new");
  absl::StatusOr<v1::Undo> undo =
      ParseUndo(XattrStep(files_, kName, writes_).Journal());
  ASSERT_TRUE(undo.ok()) << undo.status();
  ASSERT_EQ(undo->files_size(), 1);
  EXPECT_EQ(undo->files(0).path(), "/name\xff");
}

}  // namespace
}  // namespace pol::enforce
