#include "compiler/selinux/fcontext_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <selinux/label.h>
#include <selinux/selinux.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "compiler/selinux/fcontext_records.h"

namespace pol::selinux {
namespace {

using ::testing::HasSubstr;
using values::FileKind;

constexpr FileKind kKinds[] = {FileKind::kFile,      FileKind::kDirectory,
                               FileKind::kLink,      FileKind::kBlock,
                               FileKind::kCharacter, FileKind::kPipe,
                               FileKind::kSocket};

values::FileContext Type(std::string type) {
  return {"system_u", "object_r", std::move(type), "s0"};
}

ir::Fcontext Rule(std::string path, FileKind kind, std::string type) {
  ir::Fcontext rule;
  rule.path = std::move(path);
  rule.kind = kind;
  if (!type.empty()) rule.context = Type(std::move(type));
  return rule;
}

ir::File Labelled(std::string path, std::string type) {
  ir::File file;
  file.path = std::move(path);
  file.context = Type(std::move(type));
  return file;
}

// The type of the rule that wins; "" for <<none>> and for no rule.
std::string TypeFor(const std::vector<FcontextRule>& rules,
                    std::string_view path, FileKind kind) {
  auto rule = LabelFor(rules, path, kind);
  if (!rule.ok()) return std::string(rule.status().message());
  if (*rule == nullptr || !(*rule)->context) return "";
  return (*rule)->context->type;
}

std::string TypeFor(const ir::RuleSet& rules, std::string_view path,
                    FileKind kind = FileKind::kFile) {
  return TypeFor(FcontextRules(rules), path, kind);
}

TEST(LabelForTest, NarrowerWinsAndLiteralsWinOverAll) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/srv(/.*)?", FileKind::kAny, "usr_t"),
                     Rule("/srv/app(/.*)?", FileKind::kAny, "app_t"),
                     Rule("/srv/app(/.*)?", FileKind::kDirectory, "dir_t"),
                     Rule("/srv/app", FileKind::kLink, "link_t"),
                     Rule("/srv/none", FileKind::kAny, "")};
  rules.files = {Labelled("/srv/app/bin", "bin_t")};
  EXPECT_EQ(TypeFor(rules, "/srv/x"), "usr_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/x"), "app_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/x", FileKind::kDirectory), "dir_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app", FileKind::kLink), "link_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app", FileKind::kDirectory), "dir_t");
  EXPECT_EQ(TypeFor(rules, "/srv/none"), "");
  EXPECT_EQ(TypeFor(rules, "/etc"), "");
  EXPECT_EQ(TypeFor(rules, "/srv/app/bin"), "bin_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/bin", FileKind::kDirectory), "dir_t");
}

TEST(LabelForTest, WhatReleasesReadDifferentlyIsUnknown) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/srv(/.*)?", FileKind::kAny, "usr_t"),
                     Rule(R"(/srv/a\b/.*)", FileKind::kAny, "x_t")};
  EXPECT_THAT(TypeFor(rules, "/srv/a1/x"), HasSubstr(R"(`\b` differently)"));
  EXPECT_EQ(TypeFor(rules, "/srv/x"), "usr_t");
}

TEST(LabelForTest, WhatIsRewrittenMatchesWhatIsMeant) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/srv(/.*)?", FileKind::kAny, "usr_t"),
                     Rule(R"(/srv/a\d/.*)", FileKind::kAny, "x_t"),
                     Rule("/srv/b}", FileKind::kDirectory, "y_t"),
                     Rule("/srv/c/x|/srv/c/y", FileKind::kSocket, "z_t")};
  EXPECT_EQ(TypeFor(rules, "/srv/a1/x"), "x_t");
  EXPECT_EQ(TypeFor(rules, "/srv/b}"), "usr_t");
  EXPECT_EQ(TypeFor(rules, "/srv/b}", FileKind::kDirectory), "y_t");
  for (const char* path : {"/srv/c/x", "/srv/c/y"})
    EXPECT_EQ(TypeFor(rules, path, FileKind::kSocket), "z_t");
  EXPECT_EQ(TypeFor(rules, "/srv/c/xtail", FileKind::kSocket), "usr_t");
}

TEST(LabelForTest, ProvenNarrowerWinsWhateverItsBeginning) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/srv/app(/.*)?", FileKind::kAny, "wide_t"),
                     Rule("/(srv)/app/x.*", FileKind::kAny, "narrow_t"),
                     Rule("/s[r]v/app/x[0-9]", FileKind::kFile, "one_t")};
  EXPECT_EQ(TypeFor(rules, "/srv/app/y"), "wide_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/xy"), "narrow_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/x1"), "one_t");
  EXPECT_EQ(TypeFor(rules, "/srv/app/x1", FileKind::kDirectory), "narrow_t");
}

// libselinux itself, over a file of our records.
class Libselinux {
 public:
  explicit Libselinux(const ir::RuleSet& rules) {
    std::string path =
        absl::StrCat(::testing::TempDir(), "/file_contexts.", getpid());
    {
      std::ofstream out(path);
      out << Dump(FcontextRecords(rules));
      // As the agent writes the labels of files.
      for (const ir::File& file : rules.files) {
        out << file.path << "\t--\t" << file.context->ToString() << "\n";
      }
    }
    selinux_opt options[] = {{SELABEL_OPT_PATH, path.c_str()}};
    handle_.reset(selabel_open(SELABEL_CTX_FILE, options, 1));
    std::remove(path.c_str());
  }

  bool open() const { return handle_ != nullptr; }

  std::string TypeFor(const std::string& path, FileKind kind) const {
    char* text = nullptr;
    if (selabel_lookup_raw(handle_.get(), &text, path.c_str(), Mode(kind)) !=
        0) {
      return errno == ENOENT ? "" : "failed";
    }
    auto context = values::FileContext::Parse(text);
    freecon(text);
    return context.ok() ? context->type : "malformed";
  }

 private:
  static int Mode(FileKind kind) {
    constexpr int kModes[] = {0,       S_IFREG, S_IFDIR, S_IFLNK,
                              S_IFBLK, S_IFCHR, S_IFIFO, S_IFSOCK};
    return kModes[static_cast<size_t>(kind)];
  }

  struct Close {
    void operator()(selabel_handle* handle) const { selabel_close(handle); }
  };
  std::unique_ptr<selabel_handle, Close> handle_;
};

TEST(LabelForTest, AgreesWithLibselinux) {
  std::mt19937 random(17);
  auto pick = [&](const auto& from) {
    return from[random() % std::size(from)];
  };
  static constexpr const char* kPaths[] = {"/srv(/.*)?",
                                           "/srv/a",
                                           "/srv/a(/.*)?",
                                           R"(/srv/a\.b)",
                                           "/srv/a.b",
                                           "/srv/.*",
                                           "/srv/[ab]",
                                           "/srv/(a|b)/.*",
                                           "/srv/a/.*\\.b",
                                           "/s.*",
                                           ".*",
                                           "/srv/a/b",
                                           "/srv/a+",
                                           "/srv/a{1,2}",
                                           "/srv/[^/]+/b",
                                           "/[^/]*",
                                           "/srv/a/(b/)?a",
                                           "/srv/a[.]b/a",
                                           R"(/a\.b/.*)",
                                           R"(/a\.b)",
                                           "/",
                                           "/srv?/a",
                                           R"(/srv/[\w]+)",
                                           "/srv/b(/[^/]*)*",
                                           R"(/srv/a\-b)",
                                           R"(/srv/\x61)",
                                           R"(/srv/\w/.*)",
                                           "/srv/a|/srv/b/.*",
                                           "/(srv)/a/.*",
                                           "/srv/b}",
                                           "/srv/b]"};
  static constexpr const char* kTypes[] = {"a_t", "b_t", "c_t", ""};
  static constexpr const char* kSegments[] = {
      "srv", "a", "b", "a.b", "axb", "sr", "aa", "c", "a-b", "b}", "b]"};
  int labelled = 0;
  for (int round = 0; round < 400; ++round) {
    ir::RuleSet rules;
    std::set<std::pair<std::string, FileKind>> seen;
    for (size_t n = random() % 10; n > 0; --n) {
      std::string path = pick(kPaths);
      FileKind kind = random() % 2 == 0 ? FileKind::kAny : pick(kKinds);
      if (!seen.emplace(path, kind).second) continue;
      rules.fcontexts.push_back(Rule(path, kind, pick(kTypes)));
    }
    if (random() % 2 == 0 && !seen.count({"/srv/a/b", FileKind::kFile})) {
      rules.files.push_back(Labelled("/srv/a/b", "f_t"));
    }
    Libselinux oracle(rules);
    ASSERT_TRUE(oracle.open());
    std::vector<FcontextRule> sorted = FcontextRules(rules);
    for (int i = 0; i < 100; ++i) {
      std::string path;
      for (size_t n = 1 + random() % 4; n > 0; --n) {
        absl::StrAppend(&path, "/", pick(kSegments));
      }
      FileKind kind = pick(kKinds);
      std::string expected = oracle.TypeFor(path, kind);
      EXPECT_EQ(TypeFor(sorted, path, kind), expected)
          << path << " " << values::ToString(kind) << "\n"
          << Dump(FcontextRecords(rules));
      labelled += expected.empty() ? 0 : 1;
    }
  }
  EXPECT_GT(labelled, 3'000);
}

TEST(FileLabelsTest, OneEquivalenceIsAppliedTheNearest) {
  ir::RuleSet rules;
  rules.equivalences = {{"/a", "/srv", {}}, {"/a/b", "/", {}}};
  rules.fcontexts = {Rule("/srv(/.*)?", FileKind::kAny, "srv_t"),
                     Rule("/etc(/.*)?", FileKind::kAny, "etc_t")};
  rules.files = {Labelled("/a/page", "page_t")};
  const FileLabels labels(rules);
  auto type = [&](std::string_view path) {
    auto rule = labels.For(path, FileKind::kFile);
    EXPECT_TRUE(rule.ok()) << rule.status();
    return *rule == nullptr ? "" : (*rule)->context->type;
  };
  EXPECT_EQ(type("/a/x"), "srv_t");
  EXPECT_EQ(type("/ab"), "");
  EXPECT_EQ(type("/a/b/etc/passwd"), "etc_t");
  EXPECT_EQ(type("/a/page"), "page_t");
  // The same path to whoever looks it up.
  EXPECT_EQ(type("/srv/page"), "page_t");
}

}  // namespace
}  // namespace pol::selinux
