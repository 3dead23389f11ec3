// What a plan names is what the apply changes, and afterwards there is nothing
// to do: random hosts, random policies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <random>
#include <set>

#include "agent/apply/apply.h"
#include "agent/apply/plan.h"
#include "agent/apply/readable.h"
#include "agent/enforce/filecaps/filecaps_fence.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/fakes/fake_file_system.h"
#include "agent/kernel/fakes/fake_selinux_store.h"
#include "agent/kernel/files/file_capabilities.h"
#include "compiler/bundle/container.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::apply {
namespace {

namespace fs = std::filesystem;
using bundle::v1::Bundle;
using kernel::FcontextEntry;
using kernel::kCapabilityXattr;
using kernel::kSelinuxXattr;
using values::FileKind;

constexpr int kHosts = 200;
constexpr int kRealHosts = 8;

const std::vector<std::string> kTypes = {"httpd_sys_content_t", "var_t",
                                         "bin_t", "tmp_t"};
const std::vector<std::string> kSets = {"", "=", "cap_net_raw=ep",
                                        "cap_chown,cap_kill=p"};
// Names below the root of a host; some are each other's beginnings.
const std::vector<std::string> kFolders = {"app", "app2", "app/deep"};
const std::vector<std::string> kFiles = {"one",        "app/a",  "app/b",
                                         "app/deep/c", "app2/d", "app2/e\xff"};

class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  size_t Below(size_t limit) { return engine_() % limit; }
  bool Once(size_t in) { return Below(in) == 0; }
  const std::string& Of(const std::vector<std::string>& list) {
    return list[Below(list.size())];
  }

 private:
  std::mt19937 engine_;
};

std::string Context(const std::string& type) {
  return absl::StrCat("system_u:object_r:", type, ":s0");
}

LoadedBundle RandomPolicy(Dice& dice, const std::string& root) {
  Bundle bundle;
  bundle.add_identities();
  bundle.mutable_network()->set_class_count(1);
  bundle.mutable_network()->add_interval_starts(0);
  uint32_t line = 1;
  auto place = [&line](bundle::v1::Origin* origin) {
    origin->set_file("site.pol");
    origin->set_line(++line);
  };
  for (const char* name : {"app/a", "app2/d", "one"}) {
    if (dice.Once(2)) continue;
    bundle::v1::FileRecord* file = bundle.add_files();
    file->set_path(absl::StrCat(root, "/", name));
    if (dice.Once(2)) file->set_context(Context(dice.Of(kTypes)));
    if (file->context().empty() || dice.Once(2)) {
      file->set_manages_capabilities(true);
      file->set_capabilities(dice.Of(kSets));
    }
    place(file->mutable_origin());
  }
  const std::vector<std::pair<std::string, std::string>> rules = {
      {"/app(/.*)?", ""},
      {"/app/deep/.*", "--"},
      {"/app2?/.*", "-d"},
      {"/app2(/.*)?", ""},
      {"/.*[ad]", "--"}};
  for (const auto& [regex, kind] : rules) {
    if (!dice.Once(3)) continue;
    bundle::v1::FcontextRecord* rule = bundle.add_fcontexts();
    rule->set_path(root + regex);
    rule->set_file_kind(kind);
    rule->set_context(dice.Once(6) ? "<<none>>" : Context(dice.Of(kTypes)));
    place(rule->mutable_origin());
  }
  absl::StatusOr<std::string> file = bundle::Write(bundle);
  EXPECT_TRUE(file.ok()) << file.status() << bundle.DebugString();
  return *LoadBundle(*file);
}

// A host as text: what each file carries and what the store holds, in the
// words of a plan.
using Dump = std::map<std::string, std::string>;

Dump DumpOf(Host& host, const std::string& root) {
  Dump dump;
  auto add = [&](const std::string& path, const kernel::FileInfo&) {
    auto file = host.files->Open(path);
    ASSERT_TRUE(file.ok()) << file.status();
    auto label = *(*file)->GetXattr(kSelinuxXattr);
    auto set = *(*file)->GetXattr(kCapabilityXattr);
    const std::string name = absl::StrCat("file ", Readable(path));
    if (label) dump[name + " label"] = label->c_str();
    if (set) dump[name + " capabilities"] = *kernel::DecodeCapabilities(*set);
  };
  EXPECT_TRUE(host.files->Walk(root, add).ok());
  const kernel::LocalRecords local = *host.selinux->Local();
  for (const FcontextEntry& entry : local.fcontexts) {
    dump[absl::StrCat("fcontext ", entry.regex, entry.kind.empty() ? "" : " ",
                      entry.kind, " record")] = entry.context;
  }
  return dump;
}

// The entries in which two dumps differ, as a plan would list them.
std::multiset<std::string> Changed(const Dump& before, const Dump& after) {
  std::multiset<std::string> lines;
  auto value = [](const Dump& dump, const std::string& key) {
    auto found = dump.find(key);
    return found == dump.end() ? std::string() : found->second;
  };
  std::set<std::string> keys;
  for (const Dump* dump : {&before, &after})
    for (const auto& [key, unused] : *dump) keys.insert(key);
  for (const std::string& key : keys) {
    if (value(before, key) != value(after, key))
      lines.insert(absl::StrCat(key, ": ", value(before, key), " -> ",
                                value(after, key)));
  }
  return lines;
}

template <typename Fences>
std::multiset<std::string> Named(const Fences& fences) {
  std::multiset<std::string> lines;
  for (const v1::FenceReport& fence : fences) {
    for (const v1::Change& change : fence.changes()) {
      // The order of records is no value of its own.
      if (change.aspect() == "order") continue;
      lines.insert(absl::StrCat(change.object(), " ", change.aspect(), ": ",
                                change.before(), " -> ", change.after()));
    }
  }
  return lines;
}

// Applies one policy after the other. Returns how many were applied.
int Compare(Host& host, const std::string& root,
            const std::vector<LoadedBundle>& policies) {
  int applied = 0;
  for (const LoadedBundle& policy : policies) {
    absl::StatusOr<v1::Plan> plan = MakePlan(host, policy);
    const Dump before = DumpOf(host, root);
    absl::StatusOr<v1::Outcome> outcome = Apply(host, policy);
    const Dump after = DumpOf(host, root);
    EXPECT_EQ(plan.ok(), outcome.ok())
        << plan.status() << " " << outcome.status();
    if (!plan.ok() || !outcome.ok()) {
      EXPECT_EQ(before, after);
      continue;
    }
    ++applied;
    EXPECT_EQ(Named(plan->fences()), Changed(before, after));
    EXPECT_EQ(Named(outcome->fences()), Named(plan->fences()));
    absl::StatusOr<v1::Plan> again = MakePlan(host, policy);
    EXPECT_TRUE(again.ok()) << again.status();
    if (again.ok()) {
      EXPECT_EQ(Named(again->fences()), std::multiset<std::string>());
    }
  }
  return applied;
}

class AgreementTest : public ::testing::Test {
 protected:
  AgreementTest() {
    std::string pattern = ::testing::TempDir() + "agreement.XXXXXX";
    folder_ = fs::canonical(mkdtemp(pattern.data()));
  }
  ~AgreementTest() override { fs::remove_all(folder_); }

  void SetUp() override {
    if (geteuid() != 0) GTEST_SKIP() << "apply is for root";
  }

  Host Over(std::unique_ptr<kernel::FileSystem> files,
            std::unique_ptr<kernel::SelinuxStore> store,
            const std::string& name) {
    Host host;
    host.paths.state_dir = absl::StrCat(folder_, "/state-", name);
    host.paths.run_dir = folder_ + "/run";
    host.files = std::move(files);
    host.selinux = std::move(store);
    host.fences.push_back(
        enforce::MakeSelinuxFence(*host.files, *host.selinux));
    host.fences.push_back(enforce::MakeFilecapsFence(*host.files));
    return host;
  }

  std::string folder_;
};

std::vector<FcontextEntry> RandomRecords(Dice& dice, const std::string& root) {
  std::vector<FcontextEntry> local;
  for (const FcontextEntry& entry :
       {FcontextEntry{root + "/app(/.*)?", "", Context("tmp_t")},
        FcontextEntry{root + "/other(/.*)?", "", Context("bin_t")},
        FcontextEntry{root + "/one", "--", Context("var_t")}}) {
    if (dice.Once(3)) local.push_back(entry);
  }
  return local;
}

TEST_F(AgreementTest, OnHostsInMemory) {
  int applied = 0;
  for (int seed = 0; seed < kHosts; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Dice dice(static_cast<uint32_t>(seed));
    auto files = std::make_unique<kernel::FakeFileSystem>();
    auto store = std::make_unique<kernel::FakeSelinuxStore>();
    if (dice.Once(8)) store->missing = "none here";
    store->base = {{"/.*", "", Context("default_t")},
                   {"/srv/app2/.*", "", Context("var_t")}};
    store->local.fcontexts = RandomRecords(dice, "/srv");
    for (const std::string& name : kFolders)
      files->Add("/srv/" + name, FileKind::kDirectory);
    for (const std::string& name : kFiles)
      if (!dice.Once(10)) files->Add("/srv/" + name);
    for (const auto& [path, unused] : files->Everything()) {
      if (!dice.Once(4)) {
        std::string label = Context(dice.Of(kTypes));
        files->Set(path, kSelinuxXattr,
                   std::string(label.c_str(), label.size() + 1));
      }
      const std::string& set = dice.Of(kSets);
      if (!set.empty())
        files->Set(path, kCapabilityXattr, *kernel::EncodeCapabilities(set));
    }
    Host host = Over(std::move(files), std::move(store), absl::StrCat(seed));
    applied += Compare(host, "/srv",
                       {RandomPolicy(dice, "/srv"), RandomPolicy(dice, "/srv"),
                        RandomPolicy(dice, "/srv")});
  }
  EXPECT_GT(applied, kHosts);
}

// The tree of one real host, with labels and capabilities of its own.
void PlantTree(Dice& dice, const std::string& root) {
  for (const std::string& name : kFolders)
    fs::create_directories(root + "/" + name);
  for (const std::string& name : kFiles) {
    const std::string path = root + "/" + name;
    ASSERT_TRUE(support::WriteFile(path, "x", 0755).ok());
    const std::string& set = dice.Of(kSets);
    if (set.empty()) continue;
    const std::string bytes = *kernel::EncodeCapabilities(set);
    ASSERT_EQ(
        setxattr(path.c_str(), kCapabilityXattr, bytes.data(), bytes.size(), 0),
        0);
  }
  for (const std::vector<std::string>* names : {&kFolders, &kFiles}) {
    for (const std::string& name : *names) {
      if (dice.Once(4)) continue;
      const std::string label = Context(dice.Of(kTypes));
      ASSERT_EQ(setxattr((root + "/" + name).c_str(), kSelinuxXattr,
                         label.c_str(), label.size() + 1, 0),
                0);
    }
  }
}

TEST_F(AgreementTest, OnRealFilesWithTheRealStore) {
  absl::Status made = harness::MakeSelinuxRoot(folder_ + "/root");
  if (!made.ok()) GTEST_SKIP() << made;
  if (setxattr(folder_.c_str(), kSelinuxXattr, "x", 2, 0) != 0)
    GTEST_SKIP() << "no security attributes in " << folder_;
  int applied = 0;
  std::vector<LoadedBundle> policies;
  Dice dice(4711);
  const std::string root = folder_ + "/srv";
  for (int i = 0; i < kRealHosts; ++i) {
    SCOPED_TRACE(absl::StrCat("host ", i));
    fs::remove_all(root);
    PlantTree(dice, root);
    // The records of the policy before are those of others to this one: the
    // state is another.
    Host host = Over(kernel::MakeFileSystem(),
                     kernel::MakeSelinuxStore(folder_ + "/root"),
                     absl::StrCat("real-", i));
    applied += Compare(host, root, {RandomPolicy(dice, root)});
  }
  EXPECT_GT(applied, kRealHosts / 2);
}

}  // namespace
}  // namespace pol::apply
