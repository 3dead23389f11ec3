// Plans for a host and for its snapshot are compared.
#include "agent/apply/snapshot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>

#include "agent/apply/apply.h"
#include "agent/apply/plan.h"
#include "agent/apply/saved_plan.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::apply {
namespace {

namespace fs = std::filesystem;
using bundle::v1::Bundle;
using ::testing::HasSubstr;

class SnapshotTest : public ::testing::Test {
 protected:
  SnapshotTest() {
    std::string pattern = ::testing::TempDir() + "snapshot_XXXXXX";
    folder_ = fs::canonical(mkdtemp(pattern.data()));
  }
  ~SnapshotTest() override {
    if (host_.selinux != nullptr) {
      EXPECT_TRUE(RemoveAll(host_).ok());
    }
    fs::remove_all(folder_);
  }

  // libsemanage keeps the first root of a process: all tests share one.
  static void SetUpTestSuite() {
    std::string pattern = ::testing::TempDir() + "snapshot_root_XXXXXX";
    root_ = fs::canonical(mkdtemp(pattern.data()));
    made_ = harness::MakeSelinuxRoot(root_);
  }
  static void TearDownTestSuite() { fs::remove_all(root_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "security attributes need root";
    if (!made_.ok()) GTEST_SKIP() << made_;
    if (setxattr(folder_.c_str(), kernel::kSelinuxXattr, "x", 2, 0) != 0)
      GTEST_SKIP() << "no security attributes in " << folder_;
    for (const char* name : {"bin/api", "www/a", "www/deep/b"}) {
      fs::path path = folder_ + "/" + name;
      fs::create_directories(path.parent_path());
      ASSERT_TRUE(support::WriteFile(path, "x", 0755).ok());
    }
    host_.paths.state_dir = folder_ + "/state";
    host_.paths.run_dir = folder_ + "/run";
    host_.paths.selinux_root = root_;
    host_.paths.machine_id_file = folder_ + "/machine-id";
    ASSERT_TRUE(
        support::WriteFile(host_.paths.machine_id_file, "0a1b\n", 0644).ok());
    host_.files = kernel::MakeFileSystem();
    host_.selinux = kernel::MakeSelinuxStore(root_);
    host_.fences.push_back(
        enforce::MakeSelinuxFence(*host_.files, *host_.selinux));
    host_.fences.push_back(enforce::MakeFilecapsFence(*host_.files));
  }

  LoadedBundle Policy(const std::string& type, const std::string& set) {
    Bundle bundle;
    bundle.add_identities();
    bundle.mutable_network()->set_class_count(1);
    bundle.mutable_network()->add_interval_starts(0);
    auto* file = bundle.add_files();
    file->set_path(folder_ + "/bin/api");
    file->set_context("system_u:object_r:httpd_exec_t:s0");
    file->set_manages_capabilities(true);
    file->set_capabilities(set);
    file->mutable_origin()->set_file("web.pol");
    file->mutable_origin()->set_line(3);
    auto* rule = bundle.add_fcontexts();
    rule->set_path(folder_ + "/www(/.*)?");
    rule->set_context(absl::StrCat("system_u:object_r:", type, ":s0"));
    rule->mutable_origin()->set_file("web.pol");
    rule->mutable_origin()->set_line(8);
    return *LoadBundle(*bundle::Write(bundle));
  }

  std::string Snapshot() const { return folder_ + "/snapshot"; }

  void ExpectSamePlan(const LoadedBundle& target) {
    absl::StatusOr<v1::Plan> here = MakePlan(host_, target);
    ASSERT_TRUE(here.ok()) << here.status();
    absl::StatusOr<Host> far = OpenSnapshot(Snapshot());
    ASSERT_TRUE(far.ok()) << far.status();
    absl::StatusOr<v1::Plan> there = MakePlan(*far, target);
    ASSERT_TRUE(there.ok()) << there.status();
    EXPECT_EQ(there->DebugString(), here->DebugString());
    EXPECT_EQ(ReadMachineId(far->paths), "0a1b");
  }

  static inline std::string root_;
  static inline absl::Status made_;
  std::string folder_;
  Host host_;
};

TEST_F(SnapshotTest, PlansLikeTheHost) {
  LoadedBundle one = Policy("httpd_sys_content_t", "cap_net_raw=ep");
  LoadedBundle two = Policy("var_t", "cap_chown=ep");
  ASSERT_TRUE(TakeSnapshot(host_, {{one}, {}}, Snapshot()).ok());
  ExpectSamePlan(one);
  // Another policy about the same files.
  ExpectSamePlan(two);

  ASSERT_TRUE(Apply(host_, one).ok());
  ASSERT_EQ(removexattr((folder_ + "/www/a").c_str(), kernel::kSelinuxXattr),
            0);
  fs::remove_all(Snapshot());
  // What is in force says what to look at.
  ASSERT_TRUE(TakeSnapshot(host_, {}, Snapshot()).ok());
  ExpectSamePlan(one);
  ExpectSamePlan(two);
}

TEST_F(SnapshotTest, TellsWhenItCannotTell) {
  ASSERT_TRUE(TakeSnapshot(host_, {{}, {folder_ + "/bin"}}, Snapshot()).ok());
  absl::StatusOr<Host> far = OpenSnapshot(Snapshot());
  ASSERT_TRUE(far.ok()) << far.status();
  absl::Status untold =
      MakePlan(*far, Policy("var_t", "cap_chown=ep")).status();
  EXPECT_THAT(std::string(untold.message()),
              HasSubstr(absl::StrCat("--path ", folder_, "/www")));
}

TEST_F(SnapshotTest, OverwritesNothingAndNamesWhatIsNone) {
  absl::Status there = TakeSnapshot(host_, {}, folder_ + "/bin");
  EXPECT_TRUE(absl::IsAlreadyExists(there)) << there;
  EXPECT_TRUE(absl::IsNotFound(OpenSnapshot(folder_ + "/bin").status()));
  ASSERT_TRUE(TakeSnapshot(host_, {}, Snapshot()).ok());
  ASSERT_TRUE(
      support::WriteFile(Snapshot() + "/snapshot", "format: 2", 0600).ok());
  EXPECT_TRUE(absl::IsUnimplemented(OpenSnapshot(Snapshot()).status()));
  ASSERT_TRUE(support::WriteFile(Snapshot() + "/snapshot", "form", 0600).ok());
  EXPECT_TRUE(absl::IsDataLoss(OpenSnapshot(Snapshot()).status()));
}

TEST_F(SnapshotTest, ChangesNothing) {
  LoadedBundle one = Policy("var_t", "cap_chown=ep");
  ASSERT_TRUE(TakeSnapshot(host_, {{one}, {}}, Snapshot()).ok());
  absl::StatusOr<Host> far = OpenSnapshot(Snapshot());
  ASSERT_TRUE(far.ok()) << far.status();
  far->paths.run_dir = folder_ + "/run";
  far->paths.state_dir = folder_ + "/other-state";
  EXPECT_TRUE(absl::IsFailedPrecondition(Apply(*far, one).status()));
}

}  // namespace
}  // namespace pol::apply
