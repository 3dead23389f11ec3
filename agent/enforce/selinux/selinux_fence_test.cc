#include "agent/enforce/selinux/selinux_fence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/enforce/selinux/label_plan.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"

namespace pol::enforce {
namespace {

using kernel::FcontextEntry;
using kernel::kSelinuxXattr;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using values::FileKind;

std::string Context(const std::string& type) {
  return "system_u:object_r:" + type + ":s0";
}

void Place(bundle::v1::Origin* origin, uint32_t line) {
  origin->set_file("web.pol");
  origin->set_line(line);
}

void AddRule(Bundle* bundle, const std::string& regex, const std::string& type,
             uint32_t line = 2, const std::string& kind = "") {
  bundle::v1::FcontextRecord* rule = bundle->add_fcontexts();
  rule->set_path(regex);
  rule->set_file_kind(kind);
  rule->set_context(type == "<<none>>" ? type : Context(type));
  Place(rule->mutable_origin(), line);
}

void AddFile(Bundle* bundle, const std::string& path, const std::string& type,
             uint32_t line = 5) {
  bundle::v1::FileRecord* file = bundle->add_files();
  file->set_path(path);
  file->set_context(Context(type));
  Place(file->mutable_origin(), line);
}

class SelinuxFenceTest : public ::testing::Test {
 protected:
  SelinuxFenceTest() {
    store_.base = {{"/.*", "", Context("default_t")},
                   {"/srv/.*", "", Context("var_t")},
                   {"/usr/bin/.*", "", Context("bin_t")}};
    for (const char* path : {"/srv", "/srv/app"})
      AddLabelled(path, "var_t", FileKind::kDirectory);
    for (const char* path : {"/srv/app/a", "/srv/app/b", "/srv/app2"})
      AddLabelled(path, "var_t");
    AddLabelled("/usr/bin/api", "bin_t");
  }

  void AddLabelled(const std::string& path, const std::string& type,
                   FileKind kind = FileKind::kFile) {
    files_.Add(path, kind);
    Label(path, Context(type));
  }
  void Label(const std::string& path, const std::string& context) {
    files_.Set(path, kSelinuxXattr, LabelBytes(context));
  }
  std::string LabelOf(const std::string& path) {
    std::optional<std::string> bytes = files_.Get(path, kSelinuxXattr);
    return bytes ? LabelText(*bytes) : "none";
  }

  absl::Status Switch(const Bundle* active, const Bundle& target) {
    auto step = fence_->Prepare(active, target, 1);
    if (!step.ok()) return step.status();
    journal_ = (*step)->Journal();
    return (*step)->Switch();
  }
  absl::Status Return(const Bundle& active, const Bundle& former) {
    auto step = fence_->PrepareReturn(active, former, 2, journal_);
    return step.ok() ? (*step)->Switch() : step.status();
  }

  std::vector<std::string> Plan(const Bundle* active, const Bundle& target) {
    auto changes = fence_->Read(active, target);
    EXPECT_TRUE(changes.ok()) << changes.status();
    std::vector<std::string> lines;
    for (const Change& c : *changes) {
      lines.push_back(absl::StrCat(c.object, "|", c.aspect, "|", c.before, "|",
                                   c.after, "|", c.origin));
    }
    return lines;
  }

  kernel::FakeFileSystem files_;
  kernel::FakeSelinuxStore store_;
  std::unique_ptr<Fence> fence_ = MakeSelinuxFence(files_, store_);
  std::string journal_;
};

TEST_F(SelinuxFenceTest, PlanNamesTheRecordAndExactlyTheFilesItRelabels) {
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t", 2);
  auto before = files_.Everything();
  std::string to = Context("httpd_sys_content_t");
  std::string from = Context("var_t");
  EXPECT_THAT(
      Plan(nullptr, target),
      ElementsAre("fcontext /srv/app(/.*)?|record||" + to + "|web.pol:2",
                  "file /srv/app|label|" + from + "|" + to + "|web.pol:2",
                  "file /srv/app/a|label|" + from + "|" + to + "|web.pol:2",
                  "file /srv/app/b|label|" + from + "|" + to + "|web.pol:2"));
  EXPECT_EQ(files_.Everything(), before);
  EXPECT_THAT(store_.local.fcontexts, IsEmpty());
}

TEST_F(SelinuxFenceTest, SecondApplyFindsNothingToDo) {
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  AddFile(&target, "/usr/bin/api", "httpd_exec_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(LabelOf("/srv/app/a"), Context("httpd_sys_content_t"));
  EXPECT_EQ(LabelOf("/srv/app2"), Context("var_t"));
  EXPECT_EQ(LabelOf("/usr/bin/api"), Context("httpd_exec_t"));
  EXPECT_THAT(Plan(&target, target), IsEmpty());
  EXPECT_TRUE(fence_->Verify(target).ok());
  Label("/srv/app/b", Context("tmp_t"));
  EXPECT_FALSE(fence_->Verify(target).ok());
}

TEST_F(SelinuxFenceTest, FileInATreeKeepsUserAndRange) {
  Label("/srv/app/a", "unconfined_u:object_r:var_t:s0:c1,c2");
  files_.Add("/srv/app/unlabelled");
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(LabelOf("/srv/app/a"),
            "unconfined_u:object_r:httpd_sys_content_t:s0:c1,c2");
  EXPECT_EQ(LabelOf("/srv/app/unlabelled"), Context("httpd_sys_content_t"));
}

TEST_F(SelinuxFenceTest, NamedFileGetsItsContextAsItIsWritten) {
  Label("/usr/bin/api", "unconfined_u:object_r:httpd_exec_t:s0");
  Bundle target;
  AddFile(&target, "/usr/bin/api", "httpd_exec_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(LabelOf("/usr/bin/api"), Context("httpd_exec_t"));
  EXPECT_EQ(files_.Get("/usr/bin/api", kSelinuxXattr)->back(), '\0');
  EXPECT_THAT(store_.local.fcontexts,
              ElementsAre(FcontextEntry{"/usr/bin/api", "--",
                                        Context("httpd_exec_t")}));
}

TEST_F(SelinuxFenceTest, NoneLeavesLabelsAlone) {
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "<<none>>");
  auto before = files_.Everything();
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(files_.Everything(), before);
  EXPECT_EQ(store_.local.fcontexts.size(), 1u);
}

TEST_F(SelinuxFenceTest, WhatLeavesThePolicyGoesBackToTheAnswerWithoutIt) {
  Bundle active;
  AddRule(&active, "/srv/app(/.*)?", "httpd_sys_content_t");
  AddFile(&active, "/usr/bin/api", "httpd_exec_t");
  ASSERT_EQ(Switch(nullptr, active), absl::OkStatus());
  Label("/srv/app/b", Context("samba_share_t"));  // somebody's since
  ASSERT_EQ(Switch(&active, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, IsEmpty());
  EXPECT_EQ(LabelOf("/srv/app/a"), Context("var_t"));
  EXPECT_EQ(LabelOf("/srv/app/b"), Context("samba_share_t"));
  EXPECT_EQ(LabelOf("/usr/bin/api"), Context("bin_t"));
}

TEST_F(SelinuxFenceTest, RecordsOfOthersStayWhereTheyAre) {
  FcontextEntry theirs{"/srv/theirs(/.*)?", "", Context("samba_share_t")};
  FcontextEntry later{"/srv/later", "", Context("samba_share_t")};
  store_.local.fcontexts = {theirs};
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, ElementsAre(theirs, testing::_));
  store_.local.fcontexts.push_back(later);
  EXPECT_THAT(Plan(&target, target), IsEmpty());
  ASSERT_EQ(Switch(&target, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, ElementsAre(theirs, later));
}

TEST_F(SelinuxFenceTest, ReplacedRecordOfAnotherIsShownAndComesBack) {
  FcontextEntry theirs{"/srv/app(/.*)?", "", Context("samba_share_t")};
  FcontextEntry other{"/srv/other", "", Context("samba_share_t")};
  store_.local.fcontexts = {theirs, other};
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t", 8);
  EXPECT_THAT(Plan(nullptr, target),
              testing::Contains("fcontext /srv/app(/.*)?|record|" +
                                Context("samba_share_t") + "|" +
                                Context("httpd_sys_content_t") + "|web.pol:8"));
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  ASSERT_EQ(Return(target, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, ElementsAre(theirs, other));
}

TEST_F(SelinuxFenceTest, ReplacedRecordComesBackBesideWhatOthersDidSince) {
  FcontextEntry theirs{"/srv/app(/.*)?", "", Context("samba_share_t")};
  FcontextEntry since{"/srv/since", "", Context("samba_share_t")};
  store_.local.fcontexts = {theirs};
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  store_.local.fcontexts.push_back(since);
  ASSERT_EQ(Return(target, Bundle()), absl::OkStatus());
  EXPECT_THAT(store_.local.fcontexts, UnorderedElementsAre(theirs, since));
}

TEST_F(SelinuxFenceTest, RollbackGivesTheOldBytesBack) {
  files_.Set("/srv/app/a", kSelinuxXattr, "odd:bytes");  // no NUL, no type
  files_.Add("/srv/app/unlabelled");
  auto before = files_.Everything();
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  AddFile(&target, "/usr/bin/api", "httpd_exec_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_NE(files_.Everything(), before);
  ASSERT_EQ(Return(target, Bundle()), absl::OkStatus());
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(SelinuxFenceTest, FailureAtAnyStepIsUndoneByteForByte) {
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  AddFile(&target, "/usr/bin/api", "httpd_exec_t");
  auto before = files_.Everything();
  kernel::LocalRecords records = store_.local;
  for (int changes = 0; changes < 4; ++changes) {
    auto step = fence_->Prepare(nullptr, target, 1);
    ASSERT_TRUE(step.ok());
    files_.FailAfter(changes);
    EXPECT_FALSE((*step)->Switch().ok());
    EXPECT_TRUE((*step)->Undo().ok());
    EXPECT_EQ(files_.Everything(), before) << changes;
    EXPECT_EQ(store_.local, records) << changes;
  }
  store_.fail_replace = true;
  auto step = fence_->Prepare(nullptr, target, 1);
  EXPECT_FALSE((*step)->Switch().ok());
  EXPECT_TRUE((*step)->Undo().ok());
  EXPECT_EQ(files_.Everything(), before);
}

TEST_F(SelinuxFenceTest, ErrorsNameTheLineBeforeAnythingIsTouched) {
  auto refusal = [this](const Bundle& target) {
    absl::Status status = fence_->Prepare(nullptr, target, 1).status();
    EXPECT_FALSE(status.ok());
    EXPECT_EQ(fence_->Read(nullptr, target).status(), status);
    return std::string(status.message());
  };
  store_.unknown_contexts = {Context("nobody_t")};
  Bundle unknown;
  AddRule(&unknown, "/srv/x", "nobody_t", 11);
  EXPECT_THAT(refusal(unknown), HasSubstr("web.pol:11"));

  Bundle broken;
  AddRule(&broken, "/srv/(x", "var_t", 12);
  EXPECT_THAT(refusal(broken), HasSubstr("web.pol:12"));

  Bundle bare;
  AddRule(&bare, "/srv/x|/srv/y", "var_t", 13);
  EXPECT_THAT(refusal(bare), HasSubstr("web.pol:13"));

  store_.equivalences = {{"/var/run", "/run"}};
  Bundle never;
  AddRule(&never, "/var/run/app(/.*)?", "var_t", 14);
  EXPECT_THAT(refusal(never), HasSubstr("/run/app"));

  Bundle missing;
  AddFile(&missing, "/usr/bin/none", "httpd_exec_t", 15);
  EXPECT_THAT(refusal(missing), HasSubstr("web.pol:15"));

  Bundle folder;
  AddFile(&folder, "/srv/app", "httpd_exec_t", 16);
  EXPECT_THAT(refusal(folder), HasSubstr("web.pol:16"));
}

TEST_F(SelinuxFenceTest, FileUnderAnEquivalenceIsKnownByItsOtherName) {
  store_.equivalences = {{"/opt/bin", "/usr/bin"}};
  AddLabelled("/opt/bin/api", "bin_t");
  Bundle target;
  AddFile(&target, "/opt/bin/api", "httpd_exec_t");
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(store_.local.fcontexts.at(0).regex, "/usr/bin/api");
  EXPECT_EQ(LabelOf("/opt/bin/api"), Context("httpd_exec_t"));
  // The record speaks for the other one too.
  EXPECT_EQ(LabelOf("/usr/bin/api"), Context("httpd_exec_t"));
}

TEST_F(SelinuxFenceTest, WithoutAPolicyLabelsOfNamedFilesAreStillWritten) {
  store_.missing = "no policy here";
  Bundle target;
  AddRule(&target, "/srv/app(/.*)?", "httpd_sys_content_t");
  AddFile(&target, "/usr/bin/api", "httpd_exec_t");
  EXPECT_THAT(fence_->Probe().reason, HasSubstr("no policy here"));
  ASSERT_EQ(Switch(nullptr, target), absl::OkStatus());
  EXPECT_EQ(LabelOf("/usr/bin/api"), Context("httpd_exec_t"));
  EXPECT_EQ(LabelOf("/srv/app/a"), Context("var_t"));
  EXPECT_THAT(Plan(&target, target), IsEmpty());

  auto labelled = files_.Everything();
  ASSERT_EQ(Switch(&target, Bundle()), absl::OkStatus());
  EXPECT_EQ(LabelOf("/usr/bin/api"), "none");
  ASSERT_EQ(Return(Bundle(), target), absl::OkStatus());
  EXPECT_EQ(files_.Everything(), labelled);
}

TEST_F(SelinuxFenceTest, KernelWithoutSelinuxIsNamed) {
  EXPECT_TRUE(fence_->Probe().available);
  store_.kernel_enabled = false;
  EXPECT_FALSE(fence_->Probe().available);
  EXPECT_THAT(fence_->Probe().reason, HasSubstr("SELinux is off"));
}

TEST_F(SelinuxFenceTest, LabelThatWouldNotLastIsRefused) {
  store_.base.push_back({"/usr/bin/api", "-d", Context("bin_t")});
  Bundle target;
  AddFile(&target, "/usr/bin/api", "httpd_exec_t", 21);
  EXPECT_TRUE(fence_->Prepare(nullptr, target, 1).ok());
  // A literal expression that the policy, in another spelling, puts last.
  store_.local.fcontexts = {{"/usr/bin/api", "--", Context("httpd_exec_t")},
                            {"/usr/bin\\/api", "--", Context("shell_exec_t")}};
  absl::Status refused = fence_->Prepare(nullptr, target, 1).status();
  EXPECT_THAT(std::string(refused.message()), HasSubstr("web.pol:21"));
  EXPECT_THAT(std::string(refused.message()), HasSubstr("shell_exec_t"));
}

}  // namespace
}  // namespace pol::enforce
