// `polc fmt` as people call it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

using ::testing::HasSubstr;

constexpr char kUgly[] = "policy \"a\"{\nport=1\n}\n";
constexpr char kNeat[] = "policy \"a\" {\n  port = 1\n}\n";
constexpr char kBroken[] = "policy \"a\" {\n  port=\n}\n";

class FmtTest : public ::testing::Test {
 protected:
  FmtTest() {
    std::string pattern = ::testing::TempDir() + "fmt_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~FmtTest() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) { return folder_ + "/" + name; }

  void Put(const std::string& name, const std::string& text,
           unsigned mode = 0644) {
    std::filesystem::create_directories(
        std::filesystem::path(Path(name)).parent_path());
    ASSERT_TRUE(support::WriteFile(Path(name), text, mode).ok());
  }

  std::string Get(const std::string& name) {
    return support::ReadFile(Path(name), 1 << 20).value_or("unreadable");
  }

  harness::Outcome Fmt(std::vector<std::string> arguments,
                       const std::string& input = "") {
    harness::Command command;
    command.argv = {"env", "--chdir=" + folder_,
                    std::string(std::getenv("POL_BUILD_DIR")) + "/bin/polc",
                    "fmt"};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.input = input;
    const auto outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.value_or(harness::Outcome{-1, "", ""});
  }

  std::string folder_;
};

TEST_F(FmtTest, RewritesAFolderAndNamesWhatChanged) {
  Put("ugly.pol", kUgly);
  Put("neat.pol", kNeat);
  Put("ugly.txt", kUgly);
  Put("below/ugly.pol", kUgly);
  const auto first = Fmt({folder_});
  EXPECT_EQ(first.exit_status, 0);
  EXPECT_EQ(first.output, Path("ugly.pol") + "\n");
  EXPECT_EQ(first.errors, "");
  EXPECT_EQ(Get("ugly.pol"), kNeat);
  EXPECT_EQ(Get("ugly.txt"), kUgly);
  EXPECT_EQ(Get("below/ugly.pol"), kUgly);
  EXPECT_EQ(Fmt({folder_}).output, "");
}

TEST_F(FmtTest, IsAboutTheCurrentFolderUnlessToldOtherwise) {
  Put("a.pol", kUgly);
  Put("below/b.pol", kUgly);
  EXPECT_EQ(Fmt({}).output, "a.pol\n");
  EXPECT_EQ(Fmt({"-recursive", "."}).output, "below/b.pol\n");
}

TEST_F(FmtTest, GoesBelowWhenAsked) {
  Put("a/b/ugly.pol", kUgly);
  Put(".hidden/ugly.pol", kUgly);
  std::filesystem::create_directory_symlink(folder_, Path("a/loop"));
  EXPECT_EQ(Fmt({"-recursive", folder_}).output, Path("a/b/ugly.pol") + "\n");
  EXPECT_EQ(Get("a/b/ugly.pol"), kNeat);
  EXPECT_EQ(Get(".hidden/ugly.pol"), kUgly);
}

TEST_F(FmtTest, CheckWritesNothingAndSaysSo) {
  Put("a.pol", kUgly);
  for (const std::string flag : {"-check", "--check"}) {
    const auto outcome = Fmt({flag, Path("a.pol")});
    EXPECT_EQ(outcome.exit_status, 2);
    EXPECT_EQ(outcome.output, Path("a.pol") + "\n");
  }
  EXPECT_EQ(Get("a.pol"), kUgly);
  Put("a.pol", kNeat);
  EXPECT_EQ(Fmt({"-check", folder_}).exit_status, 0);
}

TEST_F(FmtTest, DiffIsWhatPatchTakes) {
  Put("a.pol", kUgly);
  const auto outcome = Fmt({"-check", "-diff", Path("a.pol")});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.output,
            "--- " + Path("a.pol") + "\n+++ " + Path("a.pol") +
                "\n@@ -1,3 +1,3 @@\n-policy \"a\"{\n-port=1\n+policy \"a\" "
                "{\n+  port = 1\n }\n");
  EXPECT_EQ(Get("a.pol"), kUgly);
  // Without -check it is shown and done.
  EXPECT_EQ(Fmt({"-diff", Path("a.pol")}).output, outcome.output);
  EXPECT_EQ(Get("a.pol"), kNeat);
}

TEST_F(FmtTest, StandardInputGoesToStandardOutput) {
  EXPECT_EQ(Fmt({"-"}, kUgly).output, kNeat);
  const auto check = Fmt({"-check", "-"}, kUgly);
  EXPECT_EQ(check.exit_status, 2);
  EXPECT_EQ(check.output, "");
  EXPECT_EQ(Fmt({"-check", "-"}, kNeat).exit_status, 0);
  const auto broken = Fmt({"-"}, kBroken);
  EXPECT_EQ(broken.exit_status, 1);
  EXPECT_EQ(broken.output, "");
  EXPECT_THAT(broken.errors, HasSubstr("<stdin>:2"));
}

TEST_F(FmtTest, ABrokenFileStaysAndTheOthersDoNot) {
  Put("a.pol", kBroken);
  Put("b.pol", kUgly);
  const auto outcome = Fmt({folder_, Path("none.pol")});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_EQ(outcome.output, Path("b.pol") + "\n");
  EXPECT_THAT(outcome.errors, HasSubstr("a.pol:2"));
  EXPECT_THAT(outcome.errors, HasSubstr("none.pol"));
  EXPECT_EQ(Get("a.pol"), kBroken);
  EXPECT_EQ(Get("b.pol"), kNeat);
}

TEST_F(FmtTest, PermissionsAndLinksStay) {
  Put("real.pol", kUgly, 0664);
  std::filesystem::create_symlink("real.pol", Path("link.pol"));
  EXPECT_EQ(Fmt({Path("link.pol")}).exit_status, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(Path("link.pol")));
  EXPECT_EQ(Get("real.pol"), kNeat);
  struct stat info;
  ASSERT_EQ(stat(Path("real.pol").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0664u);
}

}  // namespace
}  // namespace pol::polc
