// The relabels of trees that lie in a folder of the test's, under a policy in
// memory.
#include "agent/enforce/selinux/label_plan.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/kernel/fakes/fake_selinux_store.h"

namespace pol::enforce {
namespace {

using kernel::FcontextEntry;
using kernel::kSelinuxXattr;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string Context(const std::string& type) {
  return "system_u:object_r:" + type + ":s0";
}

class LabelPlanTest : public ::testing::TestWithParam<bool> {
 protected:
  LabelPlanTest() {
    std::string pattern = ::testing::TempDir() + "label_plan.XXXXXX";
    folder_ = std::filesystem::canonical(mkdtemp(pattern.data()));
    store_.base = {{"/.*", "", Context("default_t")}};
    store_.does_not_say_whose_rule = GetParam();
  }
  ~LabelPlanTest() override { std::filesystem::remove_all(folder_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "security.* attributes need root";
    for (const char* name : {"app/a", "app/logs/1", "app/logs/old/2", "app2/x"})
      File(name);
    ASSERT_EQ(lsetxattr((folder_ + "/app/a").c_str(), kSelinuxXattr, "x", 1, 0),
              0)
        << folder_ << " takes no labels";
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_)) {
      Label(entry.path(), "default_t");
    }
  }

  void File(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::create_directories(
        std::filesystem::path(path).parent_path());
    std::ofstream(path) << "content";
  }
  void Label(const std::string& path, const std::string& type) {
    const std::string bytes = LabelBytes(Context(type));
    EXPECT_EQ(
        lsetxattr(path.c_str(), kSelinuxXattr, bytes.data(), bytes.size(), 0),
        0)
        << path;
  }

  Record Rule(const std::string& regex, const std::string& type,
              const std::string& kind = "") {
    return {{folder_ + regex, kind, type == "<<none>>" ? type : Context(type)},
            "line of " + regex};
  }

  // "app/a: var_t -> app_t by …" for each write.
  std::vector<std::string> Plan(const std::vector<Record>& old,
                                const std::vector<Record>& wanted) {
    LabelLists lists;
    lists.before.fcontexts = Entries(old);
    lists.after.fcontexts = Entries(wanted);
    lists.old.records = old;
    lists.wanted.records = wanted;
    return Plan(lists);
  }
  std::vector<std::string> Plan(const LabelLists& lists) {
    XattrWrites writes;
    absl::Status added = AddTrees(*files_, store_, lists, named_, &writes);
    EXPECT_TRUE(added.ok()) << added;
    std::vector<std::string> lines;
    for (const auto& [path, write] : writes) {
      auto type = [](const std::optional<std::string>& label) {
        return label ? values::FileContext::Parse(LabelText(*label))->type
                     : "none";
      };
      lines.push_back(absl::StrCat(path.substr(folder_.size()), ": ",
                                   type(write.before), " -> ",
                                   type(write.after), " ", write.origin));
    }
    return lines;
  }

  std::string folder_;
  std::unique_ptr<kernel::FileSystem> files_ = kernel::MakeFileSystem();
  kernel::FakeSelinuxStore store_;
  Bundle named_;
};

TEST_P(LabelPlanTest, EachFileGetsTheRuleThatDecides) {
  EXPECT_THAT(
      Plan({}, {Rule("/app(/.*)?", "app_t"), Rule("/app/logs(/.*)?", "log_t"),
                Rule("/app/logs/old/.*", "<<none>>")}),
      ElementsAre("/app: default_t -> app_t line of /app(/.*)?",
                  "/app/a: default_t -> app_t line of /app(/.*)?",
                  "/app/logs: default_t -> log_t line of /app/logs(/.*)?",
                  "/app/logs/1: default_t -> log_t line of /app/logs(/.*)?",
                  "/app/logs/old: default_t -> log_t line of /app/logs(/.*)?"));
}

TEST_P(LabelPlanTest, RightLabelsAndNamedFilesAreLeftAlone) {
  Label(folder_ + "/app/a", "app_t");
  bundle::v1::FileRecord* file = named_.add_files();
  file->set_path(folder_ + "/app/logs/1");
  file->set_context(Context("other_t"));
  EXPECT_THAT(
      Plan({}, {Rule("/app/.*", "app_t", "--")}),
      ElementsAre("/app/logs/old/2: default_t -> app_t line of /app/.*"));
  // As the policy has it anyway.
  EXPECT_THAT(Plan({}, {Rule("/app2/.*", "default_t")}), IsEmpty());
}

TEST_P(LabelPlanTest, AFileThatIsNoLongerOursGoesBackIfItHasOurLabel) {
  const std::vector<Record> old = {Rule("/app(/.*)?", "app_t")};
  for (const char* name : {"/app", "/app/logs/1"})
    Label(folder_ + name, "app_t");
  EXPECT_THAT(Plan(old, {}), ElementsAre("/app: app_t -> default_t ",
                                         "/app/logs/1: app_t -> default_t "));
  EXPECT_THAT(
      Plan(old, {Rule("/app/logs(/.*)?", "log_t")}),
      ElementsAre("/app: app_t -> default_t ",
                  "/app/logs: default_t -> log_t line of /app/logs(/.*)?",
                  "/app/logs/1: app_t -> log_t line of /app/logs(/.*)?",
                  "/app/logs/old: default_t -> log_t line of /app/logs(/.*)?",
                  "/app/logs/old/2: default_t -> log_t line of "
                  "/app/logs(/.*)?"));
}

// The policy's rules for app label app2 as well, and ours do.
TEST_P(LabelPlanTest, AnEquivalenceRelabelsWhatIsBelowItAndBack) {
  store_.base.push_back({folder_ + "/app(/.*)?", "", Context("app_t")});
  for (const char* name : {"/app", "/app/a", "/app/logs", "/app/logs/1",
                           "/app/logs/old", "/app/logs/old/2"})
    Label(folder_ + name, "app_t");
  const std::vector<Owned<kernel::EquivalenceEntry>> ours = {
      {{folder_ + "/app2", folder_ + "/app"}, "line 7"}};
  LabelLists lists;
  lists.after.equivalences = {ours[0].entry};
  lists.wanted.equivalences = ours;
  EXPECT_THAT(Plan(lists), ElementsAre("/app2: default_t -> app_t line 7",
                                       "/app2/x: default_t -> app_t line 7"));
  // A record of ours names the reason before the equivalence does.
  lists.after.fcontexts = {{folder_ + "/app/x", "--", Context("other_t")}};
  lists.wanted.records = {{lists.after.fcontexts[0], "line 9"}};
  EXPECT_THAT(Plan(lists), ElementsAre("/app2: default_t -> app_t line 7",
                                       "/app2/x: default_t -> other_t line 9"));
  Label(folder_ + "/app2/x", "app_t");
  std::swap(lists.before, lists.after);
  std::swap(lists.old, lists.wanted);
  lists.before.fcontexts.clear();
  lists.old.records.clear();
  EXPECT_THAT(Plan(lists), ElementsAre("/app2/x: app_t -> default_t "));
  // Somebody's own equivalence is not ours to follow.
  lists.after = lists.before;
  lists.old = {};
  EXPECT_THAT(Plan(lists), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(, LabelPlanTest, ::testing::Bool(),
                         [](const auto& mode) {
                           return mode.param ? "RuleNotSaid" : "RuleSaid";
                         });

}  // namespace
}  // namespace pol::enforce
