#include "compiler/driver/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "compiler/support/files.h"
#include "tests/harness/git.h"

namespace pol::driver {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

// A repository with two commits; the first is the tag v1.
class RevisionTest : public testing::Test {
 protected:
  RevisionTest() {
    std::string pattern = testing::TempDir() + "revision_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~RevisionTest() override { fs::remove_all(folder_); }

  void SetUp() override {
    Git({"init", "-q", "-b", "main"});
    Write("policy/a.pol", "# one\n");
    Write("policy/net/b.pol", "# b\n");
    Write("policy/read.me", "no policy\n");
    Write("beside/c.pol", "# c\n");
    Commit();
    Git({"tag", "v1"});
    Write("policy/a.pol", "# two\n");
    Write("policy/x.auto.polvars", "x = 1\n");
    Commit();
    Write("policy/a.pol", "# not committed\n");
  }

  void Git(std::vector<std::string> words) {
    const absl::Status done = harness::Git(folder_, words);
    ASSERT_TRUE(done.ok()) << done;
  }

  void Commit() {
    Git({"add", "."});
    Git({"commit", "-q", "-m", "x"});
  }

  void Write(const std::string& name, std::string_view text) {
    fs::create_directories((fs::path(folder_) / name).parent_path());
    ASSERT_TRUE(support::WriteFile(folder_ + "/" + name, text, 0644).ok());
  }

  std::string folder_;
};

TEST_F(RevisionTest, HasTheFolderAsItWas) {
  const auto old = ReadRevision(folder_ + "/policy", "v1");
  ASSERT_TRUE(old.ok()) << old.status();
  EXPECT_THAT(
      *old, ElementsAre(Pair("a.pol", "# one\n"), Pair("net/b.pol", "# b\n")));
  for (const char* revision : {"main", "HEAD", "@", "refs/heads/main"}) {
    const auto now = ReadRevision(folder_ + "/policy", revision);
    ASSERT_TRUE(now.ok()) << now.status();
    EXPECT_THAT(
        *now, ElementsAre(Pair("a.pol", "# two\n"), Pair("net/b.pol", "# b\n"),
                          Pair("x.auto.polvars", "x = 1\n")));
  }
  EXPECT_EQ(*ReadRevision(folder_ + "/policy", "main~1"), *old);
  const auto whole = ReadRevision(folder_, "v1");
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(whole->size(), 3u);
}

TEST_F(RevisionTest, IsNotLedAstrayByAHooksEnvironment) {
  setenv("GIT_DIR", "/nowhere", 1);
  const auto files = ReadRevision(folder_ + "/policy", "v1");
  unsetenv("GIT_DIR");
  EXPECT_TRUE(files.ok()) << files.status();
}

TEST_F(RevisionTest, SaysWhatGitSaid) {
  const auto unknown = ReadRevision(folder_, "no-such-branch");
  EXPECT_EQ(unknown.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(unknown.status().message()),
              HasSubstr("archive no-such-branch: fatal: "));
  const auto nowhere = ReadRevision(folder_ + "/nowhere", "main");
  EXPECT_THAT(std::string(nowhere.status().message()), HasSubstr("nowhere"));
  fs::create_directory(folder_ + "/new");
  EXPECT_FALSE(ReadRevision(folder_ + "/new", "main").ok());
}

TEST_F(RevisionTest, FollowsNoLink) {
  fs::create_symlink("/etc/hostname", folder_ + "/policy/l.pol");
  Commit();
  const auto files = ReadRevision(folder_ + "/policy", "main");
  EXPECT_THAT(std::string(files.status().message()),
              HasSubstr("`l.pol` is not a file"));
}

TEST_F(RevisionTest, TakesNothingForAnOption) {
  for (const char* revision :
       {"", "--output=/tmp/x", "-o", "main:policy", "a b", "v1..main",
        "main@{0}", "main\n", "$(id)", "v1;id"}) {
    EXPECT_EQ(ReadRevision(folder_, revision).status().code(),
              absl::StatusCode::kInvalidArgument)
        << revision;
  }
}

TEST(RevisionOfTest, IsBehindTheScheme) {
  EXPECT_EQ(RevisionOf("git:main"), "main");
  EXPECT_EQ(RevisionOf("git:"), "");
  EXPECT_EQ(RevisionOf("main"), std::nullopt);
}

}  // namespace
}  // namespace pol::driver
