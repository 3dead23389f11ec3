// Files in memory, fences as they are.
#include "agent/apply/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "agent/apply/apply.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"
#include "agent/kernel/files/file_capabilities.h"
#include "compiler/bundle/container.h"

namespace pol::apply {
namespace {

using enforce::Bundle;
using kernel::kCapabilityXattr;
using kernel::kSelinuxXattr;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr char kBind[] = "cap_net_bind_service=ep";
constexpr char kExec[] = "system_u:object_r:httpd_exec_t:s0";
constexpr char kData[] = "system_u:object_r:data_t:s0";
constexpr char kOther[] = "system_u:object_r:var_t:s0";

class DriftTest : public ::testing::Test {
 protected:
  DriftTest() {
    std::string pattern = ::testing::TempDir() + "drift.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    host_.paths.state_dir = folder_ + "/state";
    host_.paths.run_dir = folder_ + "/run";
    auto files = std::make_unique<kernel::FakeFileSystem>();
    files_ = files.get();
    auto store = std::make_unique<kernel::FakeSelinuxStore>();
    store_ = store.get();
    host_.files = std::move(files);
    host_.selinux = std::move(store);
    host_.fences.push_back(enforce::MakeSelinuxFence(*files_, *store_));
    host_.fences.push_back(enforce::MakeFilecapsFence(*files_));
    for (const char* path :
         {"/bin/api", "/bin/web", "/bin/told", "/srv/a", "/srv/b/c"})
      files_->Add(path);
  }
  ~DriftTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
    bundle_.add_identities();
    bundle_.mutable_network()->set_class_count(1);
    bundle_.mutable_network()->add_interval_starts(0);
    AddFile("/bin/api", 3);
    AddFile("/bin/told", 4)->set_report_drift(true);
    AddFile("/bin/web", 5);
    bundle::v1::FcontextRecord* tree = bundle_.add_fcontexts();
    tree->set_path("/srv(/.*)?");
    tree->set_context(kData);
    tree->mutable_origin()->set_file("a.pol");
    tree->mutable_origin()->set_line(9);
    Apply();
  }

  bundle::v1::FileRecord* AddFile(const std::string& path, uint32_t line) {
    bundle::v1::FileRecord* file = bundle_.add_files();
    file->set_path(path);
    file->set_context(kExec);
    file->set_manages_capabilities(true);
    file->set_capabilities(kBind);
    file->mutable_origin()->set_file("a.pol");
    file->mutable_origin()->set_line(line);
    return file;
  }

  void Apply() {
    absl::StatusOr<LoadedBundle> loaded = LoadBundle(*bundle::Write(bundle_));
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    absl::StatusOr<v1::Outcome> outcome = apply::Apply(host_, *loaded);
    ASSERT_TRUE(outcome.ok()) << outcome.status();
  }

  void Label(const std::string& path, const std::string& label) {
    files_->Set(path, kSelinuxXattr, label + '\0');
  }
  std::string Label(const std::string& path) {
    return files_->Get(path, kSelinuxXattr).value_or("none").c_str();
  }
  void Strip(const std::string& path) {
    auto file = files_->Open(path);
    ASSERT_TRUE((*file)->RemoveXattr(kCapabilityXattr).ok());
  }
  bool HasCapabilities(const std::string& path) {
    return files_->Get(path, kCapabilityXattr).has_value();
  }

  // "path aspect", with what stands at its rule.
  std::vector<std::string> Read(const Scope& scope) {
    absl::StatusOr<std::vector<Drift>> drift = ReadDrift(host_, bundle_, scope);
    EXPECT_TRUE(drift.ok()) << drift.status();
    std::vector<std::string> out;
    for (const Drift& one : *drift) {
      out.push_back(one.change.object + " " + one.change.aspect + " " +
                    one.change.origin + (one.report_only ? " told" : "") +
                    (one.missing ? " " + one.change.before : ""));
    }
    return out;
  }
  static Scope Files(std::set<std::string> files) {
    Scope scope;
    scope.files = std::move(files);
    return scope;
  }
  static Scope Folder(const std::string& folder) {
    Scope scope;
    scope.folders.insert(folder);
    return scope;
  }
  static Scope Everything() {
    Scope scope;
    scope.everything = true;
    return scope;
  }

  std::string folder_;
  Host host_;
  kernel::FakeFileSystem* files_;
  kernel::FakeSelinuxStore* store_;
  Bundle bundle_;
};

TEST_F(DriftTest, OnlyWhatIsAskedForIsRead) {
  EXPECT_THAT(Read(Everything()), IsEmpty());
  Strip("/bin/api");
  Label("/bin/web", kOther);
  Label("/srv/b/c", kOther);
  EXPECT_THAT(Read(Files({"/bin/api"})),
              ElementsAre("file /bin/api capabilities a.pol:3"));
  EXPECT_THAT(Read(Files({"/bin/web", "/tmp/x"})),
              ElementsAre("file /bin/web label a.pol:5"));
  EXPECT_THAT(Read(Files({"/srv/a"})), IsEmpty());
  EXPECT_THAT(Read(Files({"/srv/b/c"})),
              ElementsAre("file /srv/b/c label a.pol:9"));
  EXPECT_THAT(Read(Folder("/srv")), ElementsAre("file /srv/b/c label a.pol:9"));
  EXPECT_THAT(Read(Folder("/srv/b")),
              ElementsAre("file /srv/b/c label a.pol:9"));
  EXPECT_THAT(Read(Folder("/bin")),
              ElementsAre("file /bin/web label a.pol:5",
                          "file /bin/api capabilities a.pol:3"));
  EXPECT_EQ(Read(Everything()).size(), 3u);
}

TEST_F(DriftTest, OnlyWhatIsNamedIsPutRight) {
  Strip("/bin/api");
  Strip("/bin/told");
  Label("/bin/web", kOther);
  Label("/srv/a", kOther);
  Label("/srv/b/c", kOther);
  uint64_t generation = ReadStatus(host_)->generation();
  ASSERT_TRUE(RepairFiles(host_, {"/bin/api", "/srv/a"}).ok());
  EXPECT_TRUE(HasCapabilities("/bin/api"));
  EXPECT_FALSE(HasCapabilities("/bin/told"));
  EXPECT_EQ(Label("/bin/web"), kOther);
  EXPECT_EQ(Label("/srv/a"), kData);
  EXPECT_EQ(Label("/srv/b/c"), kOther);
  EXPECT_EQ(ReadStatus(host_)->generation(), generation);
}

TEST_F(DriftTest, RulesThatOnlyWantToBeToldSaySo) {
  Strip("/bin/told");
  EXPECT_THAT(Read(Everything()),
              ElementsAre("file /bin/told capabilities a.pol:4 told"));
  bundle_.mutable_fcontexts(0)->set_report_drift(true);
  Label("/srv/a", kOther);
  EXPECT_THAT(Read(Files({"/srv/a"})),
              ElementsAre("file /srv/a label a.pol:9 told"));
}

TEST_F(DriftTest, AFileThatIsGoneIsToldAndKeepsNobodyFromItsTurn) {
  files_->Remove("/bin/api");
  files_->Add("/bin/told", values::FileKind::kLink);
  Strip("/bin/web");
  EXPECT_THAT(Read(Everything()),
              UnorderedElementsAre("file /bin/api presence a.pol:3 missing",
                                   "file /bin/told presence a.pol:4 told not a "
                                   "regular file",
                                   "file /bin/web capabilities a.pol:5"));
  EXPECT_TRUE(RepairFiles(host_, {"/bin/api", "/bin/web"}).ok());
  EXPECT_TRUE(HasCapabilities("/bin/web"));
}

TEST_F(DriftTest, WhatFailsLeavesTheOthersRight) {
  Strip("/bin/api");
  Strip("/bin/web");
  files_->FailAfter(0);
  EXPECT_FALSE(RepairFiles(host_, {"/bin/api", "/bin/web"}).ok());
  EXPECT_TRUE(HasCapabilities("/bin/web"));
}

TEST_F(DriftTest, RecordsArePutBack) {
  kernel::LocalRecords before = store_->local;
  store_->local.fcontexts.erase(store_->local.fcontexts.begin());
  Strip("/bin/told");
  EXPECT_THAT(Read(Everything()),
              ::testing::Contains("fcontext /srv(/.*)? record a.pol:9"));
  ASSERT_TRUE(RepairRecords(host_).ok());
  EXPECT_EQ(store_->local, before);
  EXPECT_FALSE(HasCapabilities("/bin/told"));
  EXPECT_THAT(Read(Everything()),
              ElementsAre("file /bin/told capabilities a.pol:4 told"));
}

TEST_F(DriftTest, InterestNamesFilesAndTrees) {
  bundle_.mutable_files(0)->set_capabilities("");
  kernel::Interest interest = InterestOf(host_, bundle_);
  EXPECT_THAT(interest.files,
              ElementsAre(Pair("/bin/api", false), Pair("/bin/told", true),
                          Pair("/bin/web", true)));
  EXPECT_THAT(interest.trees, ElementsAre("/srv"));
  store_->missing = "none";
  EXPECT_THAT(InterestOf(host_, bundle_).trees, IsEmpty());
}

}  // namespace
}  // namespace pol::apply
