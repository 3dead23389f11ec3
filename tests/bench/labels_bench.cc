// Labels: look-ups beside libselinux's, scans of trees beside setfiles(8) and
// beside a bare walk that reads one attribute a file, and a thousand rules in
// one transaction beside semanage(8). Interleaved, in one run.
//
//   labels_bench [part…]   of: lookups scan plan commit; all without any

#include <ftw.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/enforce/selinux/label_plan.h"
#include "agent/enforce/selinux/selinux_fence.h"
#include "agent/kernel/files/file_system.h"
#include "agent/kernel/files/selinux_store.h"
#include "compiler/filecontexts/resolver.h"
#include "compiler/support/check.h"
#include "compiler/support/files.h"
#include "tests/bench/label_world.h"
#include "tests/bench/stopwatch.h"
#include "tests/bench/summary.h"
#include "tests/harness/process.h"

namespace pol::bench {
namespace {

constexpr int kRounds = 5;
constexpr size_t kScanned = 100'000;
constexpr size_t kPlanned = 400'000;
constexpr size_t kRules = 1000;
// So many rules are committed one by one; each takes as long as the others.
constexpr size_t kOneByOne = 5;
constexpr char kUsr[] = "system_u:object_r:usr_t:s0";
constexpr char kContent[] = "system_u:object_r:httpd_sys_content_t:s0";

template <typename Work>
double Seconds(Work work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - begin;
  return seconds.count();
}

std::string MustRun(const harness::Command& command) {
  absl::StatusOr<std::string> output =
      harness::RunOk(command, absl::Minutes(30));
  POL_CHECK(output.ok()) << output.status().ToString();
  return *std::move(output);
}

void Print(const char* what, const std::vector<double>& values) {
  std::printf("  %-44s %s\n", what, ToString(Summarise(values)).c_str());
}

// --- look-ups -------------------------------------------------------------

void LookUps(const LabelWorld& world) {
  const std::vector<std::string> paths = PackagePaths();
  // libselinux compiles an expression when it first needs it.
  std::vector<std::string> some;
  for (size_t i = 0; i < paths.size(); i += 20) some.push_back(paths[i]);
  selinux_opt option = {SELABEL_OPT_PATH, nullptr};
  const std::string base = world.file_contexts();
  option.value = base.c_str();
  selabel_handle* handle = selabel_open(SELABEL_CTX_FILE, &option, 1);
  POL_CHECK(handle != nullptr) << base;
  const double before = ResidentMegabytes();
  std::unique_ptr<filecontexts::FileContexts> contexts;
  const double load = Seconds([&] {
    auto loaded = filecontexts::FileContexts::Load(base);
    POL_CHECK(loaded.ok()) << loaded.status().ToString();
    contexts = std::make_unique<filecontexts::FileContexts>(*std::move(loaded));
  });
  filecontexts::Resolver resolver(*contexts);
  auto ask_libselinux = [&] {
    for (const std::string& path : some) {
      char* context = nullptr;
      if (selabel_lookup_raw(handle, &context, path.c_str(), S_IFREG) == 0)
        freecon(context);
    }
  };
  auto by_path = [&] {
    for (const std::string& path : paths)
      resolver.Lookup(path, values::FileKind::kFile);
  };
  auto by_folder = [&] {
    std::string name;
    filecontexts::Resolver::Folder folder = resolver.Enter("/");
    for (const std::string& path : paths) {
      const size_t slash = path.rfind('/');
      const std::string_view above = std::string_view(path).substr(0, slash);
      if (above != name) {
        name = above;
        folder = resolver.Enter(name.empty() ? "/" : name);
      }
      resolver.Lookup(folder, std::string_view(path).substr(slash + 1),
                      values::FileKind::kFile);
    }
  };
  ask_libselinux();
  const double first = Seconds(by_path);
  const auto thousands = [](size_t count, double seconds) {
    return static_cast<double>(count) / seconds / 1e3;
  };
  std::vector<double> theirs;
  std::vector<double> path_rates;
  std::vector<double> folder_rates;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    theirs.push_back(thousands(some.size(), Seconds(ask_libselinux)));
    path_rates.push_back(thousands(paths.size(), Seconds(by_path)));
    folder_rates.push_back(thousands(paths.size(), Seconds(by_folder)));
    ratios.push_back(path_rates.back() / theirs.back());
  }
  selabel_close(handle);
  std::printf(
      "look-ups on one core, thousand a second, of %zu paths, %zu rules\n",
      paths.size(), contexts->rules().size());
  Print("selabel_lookup_raw", theirs);
  Print("by path", path_rates);
  Print("by folder", folder_rates);
  Print("by path, times selabel_lookup_raw", ratios);
  std::printf(
      "  loaded in %.1f ms; the first time %.0f thousand a second; states "
      "%.1f MB, with the rules %.1f MB resident\n",
      load * 1e3, thousands(paths.size(), first),
      static_cast<double>(resolver.bytes()) / 1e6,
      ResidentMegabytes() - before);
}

// --- scans ----------------------------------------------------------------

size_t walked = 0;

int ReadLabel(const char* path, const struct stat*, int, FTW*) {
  std::array<char, 256> label;
  if (lgetxattr(path, "security.selinux", label.data(), label.size()) > 0)
    ++walked;
  return 0;
}

void BareWalk(const std::string& tree) {
  walked = 0;
  POL_CHECK(nftw(tree.c_str(), ReadLabel, 64, FTW_PHYS) == 0) << tree;
}

// The rules and what the scan of their trees finds.
class Host {
 public:
  explicit Host(const LabelWorld& world)
      : store_(kernel::MakeSelinuxStore(world.root())) {
    POL_CHECK(!store_->Missing()) << *store_->Missing();
  }

  kernel::FileSystem& files() { return *files_; }
  kernel::SelinuxStore& store() { return *store_; }

  // The rules are new (or stand already): which files change?
  size_t Scan(const std::vector<enforce::Record>& rules, bool is_new) {
    enforce::LabelLists lists;
    lists.wanted.records = rules;
    lists.after.fcontexts = enforce::Entries(rules);
    if (!is_new) {
      lists.before = lists.after;
      lists.old = lists.wanted;
    }
    enforce::XattrWrites writes;
    absl::Status added =
        enforce::AddTrees(*files_, *store_, lists, {}, &writes);
    POL_CHECK(added.ok()) << added.ToString();
    return writes.size();
  }

 private:
  std::unique_ptr<kernel::FileSystem> files_ = kernel::MakeFileSystem();
  std::unique_ptr<kernel::SelinuxStore> store_;
};

std::vector<enforce::Record> RulesFor(const std::string& tree,
                                      const std::string& context) {
  std::vector<enforce::Record> rules = {
      {{tree + "(/.*)?", "", context}, "bench.pol:1"}};
  // Others that match in the same tree.
  for (int i = 0; i < 20; ++i)
    rules.push_back({{absl::StrCat(tree, "/", i, "/.*\\.dat"), "--", context},
                     absl::StrCat("bench.pol:", i + 2)});
  return rules;
}

void Scans(const LabelWorld& world) {
  const std::string tree = world.MakeTree("scanned", kScanned, kUsr);
  const std::vector<enforce::Record> rules = RulesFor(tree, kUsr);
  std::string local;
  for (const enforce::Record& rule : rules)
    absl::StrAppend(&local, rule.entry.regex, " ", rule.entry.kind, " ",
                    rule.entry.context, "\n");
  POL_CHECK(
      support::WriteFile(world.file_contexts() + ".local", local, 0644).ok())
      << "the local rules";
  Host host(world);
  harness::Command setfiles;
  setfiles.argv = {"/sbin/setfiles",      "-n", "-F", "-v",
                   world.file_contexts(), tree};
  std::vector<double> bare;
  std::vector<double> ours;
  std::vector<double> ratios;
  std::vector<double> theirs;
  for (int round = 0; round < kRounds; ++round) {
    bare.push_back(Seconds([&] { BareWalk(tree); }));
    size_t changes = 0;
    ours.push_back(Seconds([&] { changes = host.Scan(rules, false); }));
    POL_CHECK(changes == 0) << changes << " files have another label";
    ratios.push_back(ours.back() / bare.back());
    std::string output;
    theirs.push_back(Seconds([&] { output = MustRun(setfiles); }) /
                     ours.back());
    POL_CHECK(output.find("Would relabel") == std::string::npos)
        << output.substr(0, 200);
  }
  std::printf("\ndrift of %zu files and folders on %s, seconds\n", walked,
              world.kind_of_disk().c_str());
  Print("walk and lgetxattr alone", bare);
  Print("which labels have drifted", ours);
  Print("times the walk alone", ratios);
  Print("setfiles -n, times ours", theirs);
  std::printf("  %.0f MB resident\n", ResidentMegabytes());
}

void Plans(const LabelWorld& world) {
  const std::string tree = world.MakeTree("planned", kPlanned, kUsr);
  Host host(world);
  std::vector<double> none;
  std::vector<double> all;
  size_t changes = 0;
  for (int round = 0; round < kRounds; ++round) {
    none.push_back(Seconds([&] { host.Scan(RulesFor(tree, kUsr), true); }));
    all.push_back(
        Seconds([&] { changes = host.Scan(RulesFor(tree, kContent), true); }));
  }
  std::printf("\nplan of new rules over %zu files, seconds\n", kPlanned);
  Print("no label changes", none);
  Print(absl::StrCat(changes, " labels change").c_str(), all);
  std::printf("  %.0f MB resident\n", ResidentMegabytes());
}

// --- commits --------------------------------------------------------------

enforce::Bundle Rules(size_t first, size_t count) {
  enforce::Bundle bundle;
  for (size_t i = first; i < first + count; ++i) {
    bundle::v1::FcontextRecord* rule = bundle.add_fcontexts();
    rule->set_path(absl::StrCat("/srv/pol-bench/site", i, "(/.*)?"));
    rule->set_context(kContent);
  }
  return bundle;
}

void Commit(Host& host, const enforce::Bundle* active,
            const enforce::Bundle& target) {
  std::unique_ptr<enforce::Fence> fence =
      enforce::MakeSelinuxFence(host.files(), host.store());
  auto step = fence->Prepare(active, target, 1);
  POL_CHECK(step.ok()) << step.status().ToString();
  absl::Status switched = (*step)->Switch();
  POL_CHECK(switched.ok()) << switched.ToString();
}

// semanage knows only the machine's own root: it gets ours in a mount
// namespace.
double SecondsOfSemanage(const LabelWorld& world) {
  const std::string root = world.folder() + "/root-of-semanage";
  harness::Command copy;
  copy.argv = {"cp", "-a", "-T", world.root(), root};
  MustRun(copy);
  harness::Command semanage;
  semanage.argv = {"unshare",
                   "--mount",
                   "sh",
                   "-ec",
                   "mount --bind \"$0/etc/selinux\" /etc/selinux\n"
                   "mount --bind \"$0/var/lib/selinux\" /var/lib/selinux\n"
                   "exec semanage import -N",
                   root};
  for (size_t i = 0; i < kRules; ++i)
    absl::StrAppend(&semanage.input, "fcontext -a -f a -t httpd_sys_content_t ",
                    "'/srv/pol-bench/site", i, "(/.*)?'\n");
  return Seconds([&] { MustRun(semanage); });
}

void Commits(const LabelWorld& world) {
  const bool has_semanage = access("/usr/sbin/semanage", X_OK) == 0;
  const double theirs = has_semanage ? SecondsOfSemanage(world) : 0;
  Host host(world);
  const enforce::Bundle all = Rules(0, kRules);
  const double together = Seconds([&] { Commit(host, nullptr, all); });
  Commit(host, &all, {});
  const double one_by_one = Seconds([&] {
    enforce::Bundle last;
    for (size_t i = 0; i < kOneByOne; ++i) {
      const enforce::Bundle next = Rules(0, i + 1);
      Commit(host, &last, next);
      last = next;
    }
  });
  std::printf("\n%zu rules, checked and committed, seconds\n", kRules);
  std::printf("  %-44s %.3f\n", "in one transaction", together);
  std::printf("  %-44s %.3f (times %.0f)\n", "one by one, of one",
              one_by_one / kOneByOne,
              one_by_one / kOneByOne * kRules / together);
  if (has_semanage)
    std::printf("  %-44s %.3f (times %.1f)\n", "semanage import", theirs,
                theirs / together);
  else
    std::printf("SKIPPED: semanage is not installed\n");
  std::printf("  %.0f MB resident\n", ResidentMegabytes());
}

}  // namespace
}  // namespace pol::bench

int main(int argc, char** argv) {
  using pol::bench::LabelWorld;
  const std::set<std::string> parts(argv + 1, argv + argc);
  const auto wanted = [&parts](const char* part) {
    return parts.empty() || parts.count(part) != 0;
  };
  absl::StatusOr<LabelWorld> world = LabelWorld::Make();
  if (!world.ok()) {
    std::printf("SKIPPED: labels: %s\n", world.status().ToString().c_str());
    return 0;
  }
  std::printf("labels, medians of %d interleaved rounds (quartiles)\n",
              pol::bench::kRounds);
  // One core for these alone: a scan uses what there is.
  if (wanted("lookups")) {
    std::thread([&world] {
      pol::bench::StayOnOneCore();
      pol::bench::LookUps(*world);
    }).join();
  }
  if (wanted("scan")) pol::bench::Scans(*world);
  if (wanted("plan")) pol::bench::Plans(*world);
  if (wanted("commit")) pol::bench::Commits(*world);
}
