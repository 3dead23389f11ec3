// Against a real libsemanage store with Debian's policy, in a folder.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "agent/kernel/files/selinux_store.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::kernel {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using values::FileKind;

constexpr char kContent[] = "system_u:object_r:httpd_sys_content_t:s0";
constexpr char kLog[] = "system_u:object_r:var_log_t:s0";
constexpr char kExec[] = "system_u:object_r:httpd_exec_t:s0";

// One root for all suites: libsemanage knows but one in a process.
struct Root {
  Root() {
    std::string pattern = ::testing::TempDir() + "semanage_store.XXXXXX";
    folder = mkdtemp(pattern.data());
    made = harness::MakeSelinuxRoot(folder + "/root");
  }
  ~Root() { std::filesystem::remove_all(folder); }

  std::string folder;
  absl::Status made;
};

class SemanageStoreTest : public ::testing::Test {
 protected:
  SemanageStoreTest() {
    static const Root root;
    folder_ = root.folder;
    made_ = root.made;
  }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "libsemanage needs root";
    if (!made_.ok()) GTEST_SKIP() << made_;
    store_ = MakeSelinuxStore(folder_ + "/root");
    ASSERT_EQ(store_->Missing(), std::nullopt);
    ASSERT_EQ(Write(LocalRecords()), absl::OkStatus());
  }

  absl::Status Write(const std::vector<FcontextEntry>& wanted) {
    LocalRecords records;
    records.fcontexts = wanted;
    return Write(records);
  }
  absl::Status Write(const LocalRecords& wanted) {
    auto now = store_->Local();
    if (!now.ok()) return now.status();
    return store_->Replace(*now, wanted);
  }

  std::string folder_;
  absl::Status made_;
  std::unique_ptr<SelinuxStore> store_;
};

TEST_F(SemanageStoreTest, KeepsTheOrderOfWhatItIsGiven) {
  std::vector<FcontextEntry> first = {{"/srv/log(/.*)?", "", kLog},
                                      {"/srv/log/web(/.*)?", "", kContent},
                                      {"/srv/none", "-d", "<<none>>"}};
  ASSERT_EQ(Write(first), absl::OkStatus());
  EXPECT_EQ(store_->Local()->fcontexts, first);

  std::vector<FcontextEntry> swapped = {first[1], first[0], first[2]};
  ASSERT_EQ(Write(swapped), absl::OkStatus());
  EXPECT_EQ(store_->Local()->fcontexts, swapped);

  std::vector<FcontextEntry> changed = {{"/srv/log/web(/.*)?", "", kLog},
                                        first[2]};
  ASSERT_EQ(Write(changed), absl::OkStatus());
  EXPECT_EQ(store_->Local()->fcontexts, changed);

  ASSERT_EQ(Write(LocalRecords()), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), LocalRecords());
}

TEST_F(SemanageStoreTest, HoldsEveryKindOfFile) {
  std::vector<FcontextEntry> all;
  for (const char* kind : {"", "--", "-d", "-l", "-b", "-c", "-p", "-s"})
    all.push_back({"/srv/kind", kind, kContent});
  ASSERT_EQ(Write(all), absl::OkStatus());
  EXPECT_EQ(store_->Local()->fcontexts, all);
}

TEST_F(SemanageStoreTest, RefusedRecordLeavesTheStoreAsItWas) {
  std::vector<FcontextEntry> good = {{"/srv/a", "", kContent}};
  ASSERT_EQ(Write(good), absl::OkStatus());
  absl::Status refused =
      Write({{"/srv/a", "", kLog},
             {"/srv/b", "", "system_u:object_r:nobody_made_this_t:s0"}});
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.message()), HasSubstr("nobody_made_this_t"));
  EXPECT_EQ(store_->Local()->fcontexts, good);
}

constexpr char kPort[] = "system_u:object_r:http_port_t:s0";

// The value in the policy that the store has compiled; unset for none.
std::optional<bool> InPolicy(SelinuxStore& store, const std::string& name) {
  auto booleans = store.Booleans();
  EXPECT_TRUE(booleans.ok()) << booleans.status();
  for (const BooleanState& boolean : *booleans) {
    EXPECT_EQ(boolean.running, std::nullopt) << "not this kernel's policy";
    if (boolean.name == name) return boolean.in_policy;
  }
  return std::nullopt;
}

TEST_F(SemanageStoreTest, KeepsBooleansAndPortsOfOneTransaction) {
  ASSERT_EQ(InPolicy(*store_, "httpd_can_network_connect"), false);
  LocalRecords wanted;
  wanted.fcontexts = {{"/srv/a", "", kContent}};
  wanted.booleans = {{"httpd_can_network_connect", true},
                     {"httpd_enable_cgi", false}};
  wanted.ports = {{"tcp", 7443, 7443, kPort},
                  {"tcp", 9000, 9010, kPort},
                  {"udp", 9000, 9010, kPort}};
  ASSERT_EQ(Write(wanted), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), wanted);
  EXPECT_EQ(InPolicy(*store_, "httpd_can_network_connect"), true);

  LocalRecords changed = wanted;
  changed.booleans = {{"httpd_can_network_connect", false}};
  changed.ports = {{"tcp", 7443, 7443, "system_u:object_r:ssh_port_t:s0"}};
  ASSERT_EQ(Write(changed), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), changed);

  ASSERT_EQ(Write(LocalRecords()), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), LocalRecords());
  EXPECT_EQ(InPolicy(*store_, "httpd_can_network_connect"), false);
}

TEST_F(SemanageStoreTest, UnknownBooleanIsRefusedNotDropped) {
  LocalRecords wanted;
  wanted.booleans = {{"nobody_made_this", true}};
  absl::Status refused = Write(wanted);
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("nobody_made_this"));
  EXPECT_EQ(*store_->Local(), LocalRecords());
}

TEST_F(SemanageStoreTest, PortTypeThatThePolicyLacksLeavesTheStoreAsItWas) {
  LocalRecords wanted;
  wanted.booleans = {{"httpd_can_network_connect", true}};
  wanted.ports = {{"tcp", 7443, 7443, "system_u:object_r:no_port_t:s0"}};
  EXPECT_FALSE(Write(wanted).ok());
  EXPECT_EQ(*store_->Local(), LocalRecords());
}

TEST_F(SemanageStoreTest, PermissiveDomainIsTheModuleThatSemanageMakes) {
  LocalRecords wanted;
  wanted.permissive = {{"httpd_t"}, {"sshd_t"}};
  ASSERT_EQ(Write(wanted), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), wanted);
  std::string modules =
      folder_ + "/root/var/lib/selinux/default/active/modules/400";
  EXPECT_TRUE(std::filesystem::exists(modules + "/permissive_httpd_t"));
  auto lang = support::ReadFile(modules + "/permissive_httpd_t/lang_ext", 100);
  EXPECT_EQ(lang.value_or("none"), "cil");

  LocalRecords unknown = wanted;
  unknown.permissive.push_back({"nobody_t"});
  absl::Status refused = Write(unknown);
  EXPECT_FALSE(refused.ok());
  EXPECT_THAT(std::string(refused.message()), HasSubstr("permissive_nobody_t"));
  EXPECT_EQ(*store_->Local(), wanted);
  ASSERT_EQ(Write(LocalRecords()), absl::OkStatus());
  EXPECT_FALSE(std::filesystem::exists(modules + "/permissive_httpd_t"));
}

TEST_F(SemanageStoreTest, KnowsThatThePolicyHasRanges) {
  EXPECT_EQ(store_->HasRanges().value_or(false), true);
}

TEST_F(SemanageStoreTest, SomebodyElsesChangeIsNotOverwritten) {
  ASSERT_EQ(Write({{"/srv/theirs", "", kLog}}), absl::OkStatus());
  LocalRecords ours;
  ours.fcontexts = {{"/srv/ours", "", kLog}};
  absl::Status refused = store_->Replace({}, ours);
  EXPECT_TRUE(absl::IsAborted(refused)) << refused;
  EXPECT_THAT(store_->Local()->fcontexts,
              ElementsAre(FcontextEntry{"/srv/theirs", "", kLog}));
}

TEST_F(SemanageStoreTest, AnswersWithoutTouchingTheStore) {
  auto plain = store_->Answers({});
  ASSERT_TRUE(plain.ok()) << plain.status();
  auto with = store_->Answers({{{"/usr/local/bin/api", "--", kExec}}});
  ASSERT_TRUE(with.ok()) << with.status();
  EXPECT_EQ(*(*plain)->Lookup("/usr/local/bin/api", FileKind::kFile),
            "system_u:object_r:bin_t:s0");
  EXPECT_EQ(*(*with)->Lookup("/usr/local/bin/api", FileKind::kFile), kExec);
  EXPECT_EQ(*(*with)->Lookup("/usr/local/bin/api", FileKind::kDirectory),
            "system_u:object_r:bin_t:s0");
  // <<none>> in the policy itself.
  EXPECT_EQ(*(*plain)->Lookup("/proc/1", FileKind::kDirectory), std::nullopt);
  EXPECT_EQ(*store_->Local(), LocalRecords());
}

TEST_F(SemanageStoreTest, ChecksContextsAgainstThePolicy) {
  auto refusals = store_->CheckContexts(
      {kExec, "system_u:object_r:nobody_made_this_t:s0", "<<none>>",
       "system_u:object_r:httpd_exec_t:s0-s9999"});
  ASSERT_TRUE(refusals.ok()) << refusals.status();
  EXPECT_EQ((*refusals)[0], "");
  EXPECT_THAT((*refusals)[1], HasSubstr("nobody_made_this_t"));
  EXPECT_EQ((*refusals)[2], "");
  EXPECT_NE((*refusals)[3], "");
}

// As semanage-fcontext(8) --equal does it.
TEST_F(SemanageStoreTest, KeepsEquivalencesAmongTheLinesOfOthers) {
  const std::string file =
      folder_ + "/root/etc/selinux/default/contexts/files/file_contexts.subs";
  EXPECT_FALSE(std::filesystem::exists(file));
  ASSERT_TRUE(support::WriteFile(file, "# theirs\n/a /b\n", 0644).ok());
  LocalRecords with = *store_->Local();
  EXPECT_EQ(with.equivalences, (EquivalenceList{{"/a", "/b"}}));
  EXPECT_EQ(store_->Equivalences(), with.equivalences);

  with.equivalences.push_back({"/srv/web", "/var/www"});
  with.booleans = {{"httpd_can_network_connect", true}};
  ASSERT_EQ(Write(with), absl::OkStatus());
  EXPECT_EQ(*store_->Local(), with);
  EXPECT_EQ(*support::ReadFile(file, 1000),
            "# theirs\n/a /b\n/srv/web /var/www\n");
  EXPECT_EQ(*(*store_->Answers(with))->Lookup("/srv/web/x", FileKind::kFile),
            kContent);
  EXPECT_NE(*(*store_->Answers({}))->Lookup("/srv/web/x", FileKind::kFile),
            kContent);

  // Nothing but them changes: no transaction is needed.
  LocalRecords fewer = with;
  fewer.equivalences.pop_back();
  ASSERT_EQ(Write(fewer), absl::OkStatus());
  EXPECT_EQ(*support::ReadFile(file, 1000), "# theirs\n/a /b\n");
  EXPECT_TRUE(absl::IsAborted(store_->Replace(with, LocalRecords())));
  ASSERT_TRUE(support::WriteFile(file, "/a /b\n", 0644).ok());
  ASSERT_EQ(Write(LocalRecords()), absl::OkStatus());
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SemanageStoreTest, RepairRemovesAnEquivalenceFileThatWasNotFinished) {
  const std::string file = folder_ +
                           "/root/etc/selinux/default/contexts/files/"
                           "file_contexts.subs.new.4711";
  ASSERT_TRUE(support::WriteFile(file, "/a", 0600).ok());
  auto done = store_->Repair(SelinuxStore::Repairs::kWhatIsCutOff);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_FALSE(std::filesystem::exists(file));
}

TEST_F(SemanageStoreTest, WhatIsRefusedLeavesTheEquivalencesAsTheyWere) {
  LocalRecords wanted;
  wanted.equivalences = {{"/srv/web", "/var/www"}};
  wanted.permissive = {{"nobody_t"}};
  EXPECT_FALSE(Write(wanted).ok());
  EXPECT_EQ(*store_->Local(), LocalRecords());
}

TEST_F(SemanageStoreTest, KnowsTheEquivalencesOfThePolicy) {
  const PathMap paths = store_->Paths({{"/srv/run", "/var/run"}});
  EXPECT_EQ(paths.Canonical("/var/run/api.sock"), "/run/api.sock");
  EXPECT_EQ(paths.Canonical("/srv/api"), "/srv/api");
  EXPECT_EQ(paths.Canonical("/srv/run/api"), "/run/api");
  EXPECT_THAT(store_->Paths({}).Aliases("/run/api"),
              ElementsAre("/run/api", "/var/run/api"));
}

// What a transaction of libsemanage leaves behind that was cut off.
class CutOffTest : public SemanageStoreTest {
 protected:
  using Repairs = SelinuxStore::Repairs;

  void SetUp() override {
    SemanageStoreTest::SetUp();
    if (IsSkipped()) return;
    ASSERT_EQ(Write({{"/srv/a", "", kContent}}), absl::OkStatus());
    filesystem_root_ = folder_ + "/root";
    active_ = filesystem_root_ / "var/lib/selinux/default/active";
    previous_ = filesystem_root_ / "var/lib/selinux/default/previous";
    final_ = filesystem_root_ / "var/lib/selinux/final/default";
    installed_ = filesystem_root_ /
                 "etc/selinux/default/contexts/files/file_contexts.local";
  }

  std::string Installed() { return *support::ReadFile(installed_, 1 << 20); }

  std::filesystem::path filesystem_root_;
  std::filesystem::path active_;
  std::filesystem::path previous_;
  std::filesystem::path final_;
  std::filesystem::path installed_;
};

TEST_F(CutOffTest, StoreWithoutItsActiveHalfIsNotTakenForAnEmptyOne) {
  std::filesystem::remove_all(previous_);
  std::filesystem::rename(active_, previous_);
  absl::Status refused = store_->Local().status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(std::string(refused.message()), HasSubstr("cut off"));

  absl::StatusOr<std::string> done = store_->Repair(Repairs::kWhatIsCutOff);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_THAT(*done, HasSubstr("previous"));
  EXPECT_THAT(store_->Local()->fcontexts,
              ElementsAre(FcontextEntry{"/srv/a", "", kContent}));
  EXPECT_FALSE(std::filesystem::exists(previous_));
  EXPECT_EQ(*store_->Repair(Repairs::kWhatIsCutOff), "");
  EXPECT_EQ(Write({{"/srv/b", "", kContent}}), absl::OkStatus());
}

TEST_F(CutOffTest, UnfinishedFoldersGoAndTheStoreIsInstalledAsAWhole) {
  std::string before = Installed();
  for (bool with_final : {false, true}) {
    std::filesystem::copy(active_, active_.parent_path() / "tmp",
                          std::filesystem::copy_options::recursive);
    if (with_final)
      std::filesystem::create_directories(final_ / "contexts/files");
    // One of several files had been installed.
    ASSERT_TRUE(support::WriteFile(installed_, "other", 0644).ok());
    absl::StatusOr<std::string> done = store_->Repair(Repairs::kWhatIsCutOff);
    ASSERT_TRUE(done.ok()) << done.status();
    EXPECT_NE(*done, "");
    EXPECT_EQ(Installed(), before);
    EXPECT_FALSE(std::filesystem::exists(active_.parent_path() / "tmp"));
    EXPECT_FALSE(std::filesystem::exists(final_));
  }
}

TEST_F(CutOffTest, NothingIsDoneWithoutAReason) {
  std::filesystem::file_time_type time =
      std::filesystem::last_write_time(installed_);
  EXPECT_EQ(*store_->Repair(Repairs::kWhatIsCutOff), "");
  EXPECT_EQ(std::filesystem::last_write_time(installed_), time);
  ASSERT_TRUE(support::WriteFile(installed_, "other", 0644).ok());
  EXPECT_TRUE(store_->Repair(Repairs::kReinstall).ok());
  EXPECT_NE(Installed(), "other");
  EXPECT_THAT(store_->Local()->fcontexts,
              ElementsAre(FcontextEntry{"/srv/a", "", kContent}));
}

TEST_F(CutOffTest, WorkOfOthersIsNotTakenForCutOff) {
  std::filesystem::create_directories(final_);
  std::string lock = active_.parent_path() / "semanage.trans.LOCK";
  int fd = open(lock.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(flock(fd, LOCK_EX | LOCK_NB), 0);
  EXPECT_EQ(*store_->Repair(Repairs::kWhatIsCutOff), "");
  EXPECT_TRUE(
      absl::IsUnavailable(store_->Repair(Repairs::kReinstall).status()));
  EXPECT_TRUE(std::filesystem::exists(final_));
  close(fd);
  EXPECT_NE(*store_->Repair(Repairs::kWhatIsCutOff), "");
}

TEST_F(CutOffTest, WithNothingLeftToGoBackToNothingIsTouched) {
  std::filesystem::path aside = folder_ + "/aside";
  std::filesystem::rename(active_, aside);
  absl::Status refused = store_->Repair(Repairs::kWhatIsCutOff).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  std::filesystem::rename(aside, active_);
}

TEST(SelinuxStoreTest, SaysWhyThereIsNone) {
  auto store = MakeSelinuxStore("/nowhere");
  ASSERT_TRUE(store->Missing().has_value());
  EXPECT_THAT(*store->Missing(), HasSubstr("/nowhere/etc/selinux/config"));
}

}  // namespace
}  // namespace pol::kernel
