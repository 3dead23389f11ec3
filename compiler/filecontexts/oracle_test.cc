// Our answers beside those of the libselinux that is installed, over Debian's
// policy and every path of the packages of this machine, and over local rules
// made up at random.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/automata/regex.h"
#include "compiler/filecontexts/resolver.h"
#include "compiler/support/files.h"
#include "tests/harness/selinux_root.h"

namespace pol::filecontexts {
namespace {

using automata::RegularSet;
using values::FileKind;

constexpr size_t kPaths = 300'000;

mode_t Mode(FileKind kind) {
  constexpr mode_t kModes[] = {0,       S_IFREG, S_IFDIR, S_IFLNK,
                               S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};
  return kModes[static_cast<size_t>(kind)];
}

class Libselinux {
 public:
  explicit Libselinux(const std::string& base) {
    selinux_opt option = {SELABEL_OPT_PATH, base.c_str()};
    handle_.reset(selabel_open(SELABEL_CTX_FILE, &option, 1));
  }
  bool ok() const { return handle_ != nullptr; }

  // The context, "<<none>>", or an error.
  std::string Lookup(const std::string& path, FileKind kind) const {
    char* raw = nullptr;
    errno = 0;
    if (selabel_lookup_raw(handle_.get(), &raw, path.c_str(),
                           static_cast<int>(Mode(kind))) == 0) {
      std::string context = raw;
      freecon(raw);
      return context;
    }
    if (errno == ENOENT) return std::string(kNoLabel);
    return absl::StrCat("errno ", errno);
  }

 private:
  struct Close {
    void operator()(selabel_handle* handle) const { selabel_close(handle); }
  };
  std::unique_ptr<selabel_handle, Close> handle_;
};

struct Question {
  std::string path;
  FileKind kind;
};

struct Tally {
  size_t asked = 0;
  size_t unknown = 0;
  size_t none = 0;
  std::vector<std::string> differences;
};

// Both resolvers' look-ups: of whole paths, and of names in a folder.
Tally Compare(const FileContexts& contexts, const std::string& base,
              const std::vector<Question>& questions, size_t begin,
              size_t end) {
  Tally tally;
  Libselinux libselinux(base);
  // Small, so that states are thrown away now and then.
  Resolver resolver(contexts, 4u << 20);
  for (size_t i = begin; i < end; ++i) {
    const auto& [path, kind] = questions[i];
    ++tally.asked;
    const Answer answer = resolver.Lookup(path, kind);
    const size_t slash = path.rfind('/');
    if (slash + 1 < path.size()) {
      Resolver::Folder folder =
          resolver.Enter(slash == 0 ? "/" : path.substr(0, slash));
      const Answer again =
          resolver.Lookup(folder, path.substr(slash + 1), kind);
      if (again.kind != answer.kind || again.rule != answer.rule)
        tally.differences.push_back(absl::StrCat(path, ": by its folder"));
    }
    if (answer.kind == Answer::Kind::kUnknown) {
      ++tally.unknown;
      continue;
    }
    const std::string ours = answer.kind == Answer::Kind::kContext
                                 ? answer.rule->context
                                 : std::string(kNoLabel);
    tally.none += answer.kind == Answer::Kind::kNone ? 1 : 0;
    const std::string theirs = libselinux.Lookup(path, kind);
    if (ours != theirs) {
      tally.differences.push_back(
          absl::StrCat(path, " (", static_cast<int>(kind), "): ", ours, " by ",
                       answer.rule == nullptr ? "none" : answer.rule->regex,
                       ", libselinux: ", theirs));
    }
  }
  return tally;
}

Tally CompareAll(const std::string& base,
                 const std::vector<Question>& questions) {
  absl::StatusOr<FileContexts> contexts = FileContexts::Load(base);
  if (!contexts.ok() || !Libselinux(base).ok()) {
    ADD_FAILURE() << contexts.status();
    return {};
  }
  const size_t workers = std::max(1u, std::thread::hardware_concurrency());
  std::vector<Tally> tallies(workers);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < workers; ++i) {
    threads.emplace_back([&, i] {
      tallies[i] =
          Compare(*contexts, base, questions, questions.size() * i / workers,
                  questions.size() * (i + 1) / workers);
    });
  }
  Tally sum;
  for (size_t i = 0; i < workers; ++i) {
    threads[i].join();
    sum.asked += tallies[i].asked;
    sum.unknown += tallies[i].unknown;
    sum.none += tallies[i].none;
    for (std::string& difference : tallies[i].differences)
      sum.differences.push_back(std::move(difference));
  }
  std::printf(
      "%zu paths: %zu differences, %zu unknown (%.4f %%), %zu none\n",
      sum.asked, sum.differences.size(), sum.unknown,
      100.0 * static_cast<double>(sum.unknown) / static_cast<double>(sum.asked),
      sum.none);
  if (sum.differences.size() > 20) sum.differences.resize(20);
  return sum;
}

// As Resolver wants it, and as a C string can hold it.
bool IsNormal(const std::string& path) {
  return path.size() > 1 && path[0] == '/' && path.back() != '/' &&
         !absl::StrContains(path, "//") && path.find('\0') == std::string::npos;
}

// Random members of an expression's set.
class Members {
 public:
  explicit Members(const RegularSet& set)
      : set_(set),
        bytes_(set.classes().Examples()),
        far_(set.states(), SIZE_MAX) {
    for (uint32_t state = 0; state < set.states(); ++state) {
      if (set.Accepts(state)) far_[state] = 0;
    }
    for (bool changed = true; changed;) {
      changed = false;
      for (uint32_t state = 0; state < set.states(); ++state) {
        for (unsigned char byte : bytes_) {
          const size_t next = far_[set.Next(state, byte)];
          if (next == SIZE_MAX || next + 1 >= far_[state]) continue;
          far_[state] = next + 1;
          changed = true;
        }
      }
    }
  }

  std::optional<std::string> Make(std::mt19937& random) const {
    std::string text;
    uint32_t state = 0;
    while (text.size() < 200) {
      if (set_.Accepts(state) && random() % 3 == 0) return text;
      std::vector<unsigned char> ways;
      const bool wander = random() % 4 == 0;
      for (unsigned char byte : bytes_) {
        const size_t next = far_[set_.Next(state, byte)];
        if (next != SIZE_MAX && (wander || next < far_[state]))
          ways.push_back(byte);
      }
      if (ways.empty()) {
        if (set_.Accepts(state)) return text;
        if (far_[state] == SIZE_MAX) return std::nullopt;
        continue;
      }
      unsigned char byte = ways[random() % ways.size()];
      text += static_cast<char>(byte);
      state = set_.Next(state, byte);
    }
    return std::nullopt;
  }

 private:
  const RegularSet& set_;
  std::vector<unsigned char> bytes_;
  std::vector<size_t> far_;  // from acceptance, by state
};

std::string NearMiss(std::string path, std::mt19937& random) {
  const size_t at = random() % path.size();
  constexpr std::string_view kBytes = "/.a-_0 x\n(";
  const char byte = kBytes[random() % kBytes.size()];
  switch (random() % 4) {
    case 0:
      path.erase(at, 1);
      break;
    case 1:
      path.insert(at, 1, byte);
      break;
    case 2:
      path[at] = byte;
      break;
    default:
      path += random() % 2 == 0 ? "/x" : "\n";
  }
  return path;
}

// Members and near misses of each expression, `each` of both.
std::vector<Question> Instances(const FileContexts& contexts, size_t from_rule,
                                size_t each, std::mt19937& random) {
  std::vector<Question> questions;
  for (size_t i = from_rule; i < contexts.rules().size(); ++i) {
    const Rule& rule = contexts.rules()[i];
    absl::StatusOr<RegularSet> set = automata::CompileRegex(rule.regex);
    if (!set.ok()) continue;
    const Members members(*set);
    for (size_t k = 0; k < each; ++k) {
      std::optional<std::string> member = members.Make(random);
      if (!member || member->empty()) continue;
      const auto any = static_cast<FileKind>(random() % kKinds);
      for (const std::string& path : {*member, NearMiss(*member, random)}) {
        if (!IsNormal(path)) continue;
        questions.push_back({path, random() % 2 == 0 ? rule.kind : any});
      }
    }
  }
  return questions;
}

// What the packages of this machine install.
std::vector<std::string> PackagePaths() {
  std::set<std::string> paths;
  const std::string folder = "/var/lib/dpkg/info";
  absl::StatusOr<std::vector<std::string>> lists =
      support::ListFiles(folder, ".list");
  if (!lists.ok()) return {};
  for (const std::string& list : *lists) {
    absl::StatusOr<std::string> text =
        support::ReadFile(absl::StrCat(folder, "/", list), 64u << 20);
    if (!text.ok()) continue;
    for (absl::string_view line : absl::StrSplit(*text, '\n')) {
      if (IsNormal(std::string(line))) paths.emplace(line);
    }
  }
  return {paths.begin(), paths.end()};
}

FileKind KindOfFile(const std::string& path) {
  struct stat status;
  if (lstat(path.c_str(), &status) != 0) return FileKind::kFile;
  for (size_t kind = 1; kind < kKinds; ++kind) {
    if (Mode(static_cast<FileKind>(kind)) == (status.st_mode & S_IFMT))
      return static_cast<FileKind>(kind);
  }
  return FileKind::kAny;
}

class OracleTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "oracle.XXXXXX";
    folder_ = mkdtemp(pattern.data());
    absl::Status made = harness::MakeSelinuxRoot(folder_);
    if (absl::IsUnavailable(made)) GTEST_SKIP() << made;
    ASSERT_TRUE(made.ok()) << made;
    base_ = folder_ + "/etc/selinux/default/contexts/files/file_contexts";
    // The texts are what is compared.
    std::filesystem::remove(base_ + ".bin");
    std::filesystem::remove(base_ + ".homedirs.bin");
  }
  ~OracleTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  std::string base_;
};

TEST_F(OracleTest, SaysOfEveryPathOfDebianWhatLibselinuxSays) {
  std::mt19937 random(17);
  absl::StatusOr<FileContexts> contexts = FileContexts::Load(base_);
  ASSERT_TRUE(contexts.ok()) << contexts.status();
  ASSERT_GT(contexts->rules().size(), 5000u);
  std::vector<Question> installed;
  for (const std::string& path : PackagePaths())
    installed.push_back({path, KindOfFile(path)});
  Tally tally = CompareAll(base_, installed);
  EXPECT_THAT(tally.differences, ::testing::IsEmpty());
  EXPECT_LE(tally.unknown, tally.asked / 10'000);
  // And paths made up for each expression.
  std::vector<Question> made_up;
  while (installed.size() + made_up.size() < kPaths) {
    for (Question& question : Instances(*contexts, 0, 8, random))
      made_up.push_back(std::move(question));
  }
  tally = CompareAll(base_, made_up);
  EXPECT_THAT(tally.differences, ::testing::IsEmpty());
  EXPECT_LT(tally.unknown, tally.asked / 10);
}

// What few administrators write: what is not modelled or read differently by
// releases; and what is no expression, so that libselinux stops at it.
constexpr std::string_view kOddEnds[] = {
    R"(/([a-z])\1)", "/(?!no).*", "/?",      R"(\x2f.*)", "|/opt/a",
    R"(\-x)",        "]",         R"(\d)",   "/a++",      R"(\.)",
    R"(/\bword)",    "/$",        "(/x)?/.*"};
constexpr std::string_view kWrongEnds[] = {"/(x|y", R"(\)/end.*)", "/[z-a]"};

// One in `odd` and one in `wrong` of 500 rules has such an end; 0: none.
std::string RandomLocalRules(const std::vector<std::string>& paths,
                             unsigned odd, unsigned wrong,
                             std::mt19937& random) {
  static constexpr std::string_view kEnds[] = {
      "",           "(/.*)?",        "/.*",         R"(/.*\.log)",
      "/[^/]+",     "/(a|b)(/.*)?",  "/[a-z]{1,3}", R"(/\d+)",
      "/x?y*z+",    "(/.*)?/cache",  R"(\.d/.*)",   ".*",
      "/([a-z])/c", "/(?:one|two)?", "/.+/lib.*"};
  static constexpr std::string_view kFlags[] = {"",   "--", "-d", "-l",
                                                "-b", "-c", "-p", "-s"};
  std::string text;
  for (int i = 0; i < 500; ++i) {
    std::string start = paths[random() % paths.size()];
    for (size_t up = random() % 4; up > 0; --up) {
      const size_t slash = start.rfind('/');
      if (slash > 0) start.resize(slash);
    }
    std::string escaped;
    for (char c : start) {
      if (absl::StrContains(".^$?*+|[({])}\\", std::string(1, c)) &&
          (c != '.' || random() % 4 != 0)) {
        escaped += '\\';
      }
      escaped += c;
    }
    if (escaped.find_first_of(" \t\n") != std::string::npos) continue;
    std::string_view end = kEnds[random() % std::size(kEnds)];
    if (odd > 0 && random() % odd == 0)
      end = kOddEnds[random() % std::size(kOddEnds)];
    if (wrong > 0 && random() % wrong == 0)
      end = kWrongEnds[random() % std::size(kWrongEnds)];
    const std::string_view flag =
        random() % 2 == 0 ? "" : kFlags[random() % std::size(kFlags)];
    absl::StrAppend(
        &text, escaped, std::string(end), " ", std::string(flag), " ",
        random() % 10 == 0 ? "<<none>>"
                           : absl::StrCat("system_u:object_r:t", i, "_t:s0"),
        "\n");
  }
  return text;
}

std::string RandomSubs(const std::vector<std::string>& paths,
                       std::mt19937& random) {
  std::string text = "/srv/deep/er /usr/share\n/srv/deep /\n/whole /etc/\n";
  for (int i = 0; i < 20; ++i) {
    std::string from = paths[random() % paths.size()];
    std::string to = paths[random() % paths.size()];
    for (std::string* path : {&from, &to}) {
      const size_t slash = path->find('/', 1 + random() % path->size());
      if (slash != path->npos) path->resize(slash);
    }
    if (!IsNormal(from) || !IsNormal(to)) continue;
    absl::StrAppend(&text, from, " ", to, "\n");
  }
  return text;
}

TEST_F(OracleTest, SaysOfRandomLocalRulesWhatLibselinuxSays) {
  std::mt19937 random(19);
  const std::vector<std::string> paths = PackagePaths();
  ASSERT_GT(paths.size(), 10'000u);
  for (int round = 0; round < 4; ++round) {
    const unsigned odd = round < 2 ? 0 : 25;
    const unsigned wrong = round < 3 ? 0 : 200;
    const std::string local = RandomLocalRules(paths, odd, wrong, random);
    ASSERT_TRUE(support::WriteFile(base_ + ".local", local, 0600).ok());
    const std::string subs = RandomSubs(paths, random);
    ASSERT_TRUE(support::WriteFile(base_ + ".subs", subs, 0600).ok());
    absl::StatusOr<FileContexts> contexts = FileContexts::Load(base_);
    ASSERT_TRUE(contexts.ok()) << contexts.status();
    size_t first = contexts->rules().size();
    while (first > 0 && contexts->rules()[first - 1].source == Source::kLocal)
      --first;
    std::vector<Question> questions = Instances(*contexts, first, 20, random);
    const size_t instances = questions.size();
    // The same below what stands for something else.
    for (absl::string_view line :
         absl::StrSplit(subs, '\n', absl::SkipEmpty())) {
      std::vector<std::string> words = absl::StrSplit(line, ' ');
      for (size_t i = 0; i < instances; ++i) {
        const std::string& path = questions[i].path;
        if (!absl::StartsWith(path, words[1] + "/")) continue;
        std::string alias = words[0] + path.substr(words[1].size());
        if (IsNormal(alias))
          questions.push_back({std::move(alias), questions[i].kind});
      }
    }
    for (int i = 0; i < 10'000; ++i) {
      const std::string& path = paths[random() % paths.size()];
      questions.push_back({path, KindOfFile(path)});
    }
    const Tally tally = CompareAll(base_, questions);
    EXPECT_THAT(tally.differences, ::testing::IsEmpty())
        << local << "\n== subs\n"
        << subs;
    EXPECT_LT(tally.unknown, odd == 0 ? tally.asked / 10 : tally.asked);
  }
}

}  // namespace
}  // namespace pol::filecontexts
