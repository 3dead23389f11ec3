// Over Debian's policy, in a folder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_split.h"
#include "agent/kernel/files/policy_files.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::kernel {
namespace {

using ::testing::HasSubstr;
using values::FileKind;

constexpr char kContext[] = "system_u:object_r:var_log_t:s0";

class LabelAnswersTest : public ::testing::Test {
 protected:
  LabelAnswersTest() {
    std::string pattern = ::testing::TempDir() + "label_answers.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    base_ = folder_ + "/etc/selinux/default/contexts/files/file_contexts";
  }
  ~LabelAnswersTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    absl::Status made = harness::MakeSelinuxRoot(folder_);
    if (absl::IsUnavailable(made)) GTEST_SKIP() << made;
    ASSERT_TRUE(made.ok()) << made;
  }

  std::string folder_;
  std::string base_;
};

TEST_F(LabelAnswersTest, FastOnesAreTheSlowOnes) {
  LocalRecords local;
  local.fcontexts = {
      {"/usr/share/doc(/.*)?", "--", kContext},
      {R"(/usr/share/bash-completion/([a-z])\1.*)", "", kContext},
      {"/etc/(?!pass).*", "-d", "<<none>>"},
      {R"(/usr/bin/\w{3})", "", kContext}};
  auto fast = OpenAnswers(base_, local);
  ASSERT_TRUE(fast.ok()) << fast.status();
  auto slow = OpenSlowAnswers(base_, local);
  ASSERT_TRUE(slow.ok()) << slow.status();
  std::unique_ptr<LabelAnswers> another = (*fast)->Another();
  size_t known = 0;
  size_t unknown = 0;

  absl::StatusOr<std::string> list =
      support::ReadFile("/var/lib/dpkg/info/util-linux.list", 1u << 20);
  ASSERT_TRUE(list.ok()) << list.status();
  const std::vector<std::string> paths = absl::StrSplit(*list, '\n');
  for (const std::string& path : paths) {
    if (path.empty() || path == "/.") continue;
    for (FileKind kind : {FileKind::kFile, FileKind::kDirectory}) {
      absl::StatusOr<LabelAnswer> answer = (*fast)->Ask(path, kind);
      ASSERT_TRUE(answer.ok()) << answer.status();
      EXPECT_EQ(answer->context, *(*slow)->Lookup(path, kind)) << path;
      EXPECT_EQ(answer->context, *another->Lookup(path, kind)) << path;
      ++(answer->by == LabelAnswer::By::kAny ? unknown : known);
    }
  }
  EXPECT_GT(known, 100u);
  EXPECT_GT(unknown, 0u);
  EXPECT_LT(unknown, known);
}

TEST_F(LabelAnswersTest, SaysWhichLocalRecordItIs) {
  auto answers = OpenAnswers(base_, {{{"/srv/.*", "", kContext},
                                      {"/srv/a", "-d", kContext},
                                      {"/srv/b/.*", "", "<<none>>"},
                                      {R"(/data/(.)\1)", "", kContext}}});
  ASSERT_TRUE(answers.ok()) << answers.status();
  auto by = [&](const std::string& path, FileKind kind) {
    LabelAnswer answer = *(*answers)->Ask(path, kind);
    return std::pair(answer.by, answer.record);
  };
  using By = LabelAnswer::By;
  EXPECT_EQ(by("/srv/a", FileKind::kFile), std::pair(By::kLocal, size_t{0}));
  EXPECT_EQ(by("/srv/a", FileKind::kDirectory),
            std::pair(By::kLocal, size_t{1}));
  EXPECT_EQ(by("/srv/b/x", FileKind::kFile), std::pair(By::kLocal, size_t{2}));
  EXPECT_EQ(by("/etc/passwd", FileKind::kFile).first, By::kOther);
  EXPECT_EQ(by("/data/aa", FileKind::kFile).first, By::kAny);
  EXPECT_EQ((*answers)->Lookup("/data/aa", FileKind::kFile)->value(), kContext);
}

TEST_F(LabelAnswersTest, EquivalencesAreThoseThatAreGiven) {
  ASSERT_TRUE(support::WriteFile(base_ + ".subs", "/a /etc\n", 0600).ok());
  LocalRecords local;
  local.equivalences = {{"/srv/chroot", "/"}};
  for (auto open : {OpenAnswers, OpenSlowAnswers}) {
    auto answers = open(base_, local);
    ASSERT_TRUE(answers.ok()) << answers.status();
    const auto passwd = (*answers)->Lookup("/etc/passwd", FileKind::kFile);
    ASSERT_TRUE(passwd->has_value());
    EXPECT_EQ(*(*answers)->Lookup("/srv/chroot/etc/passwd", FileKind::kFile),
              *passwd);
    EXPECT_NE(*(*answers)->Lookup("/a/passwd", FileKind::kFile), *passwd);
  }
}

TEST_F(LabelAnswersTest, AnErrorNamesTheLine) {
  absl::Status wrong =
      OpenAnswers(base_,
                  {{{"/srv/a", "", kContext}, {"/srv/b c", "", kContext}}})
          .status();
  EXPECT_FALSE(wrong.ok());
  EXPECT_THAT(std::string(wrong.message()), HasSubstr("file_contexts.local:2"));
  EXPECT_FALSE(OpenAnswers(folder_ + "/none", {}).ok());
}

// An equivalence that releases of libselinux read differently.
TEST_F(LabelAnswersTest, WhatCannotBeReadIsLeftToLibselinux) {
  const std::string line = "/x " + std::string(1100, 'y') + "\n";
  ASSERT_TRUE(support::WriteFile(base_ + ".subs", line, 0600).ok());
  LocalRecords local;
  local.fcontexts = {{"/srv/a", "", kContext}};
  local.equivalences = ParseEquivalences(line);
  auto answers = OpenAnswers(base_, local);
  ASSERT_TRUE(answers.ok()) << answers.status();
  LabelAnswer answer = *(*answers)->Ask("/srv/a", FileKind::kFile);
  EXPECT_EQ(answer.context, kContext);
  EXPECT_EQ(answer.by, LabelAnswer::By::kAny);
}

}  // namespace
}  // namespace pol::kernel
