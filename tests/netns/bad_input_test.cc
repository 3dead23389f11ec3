// What an impatient user, a damaged disk or a hostile file gives to the
// programs: each time one clear error, exit code 1, and no crash.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"
#include "tests/netns/deployment.h"

namespace pol::netns {
namespace {

namespace fs = std::filesystem;
using harness::Command;
using harness::Outcome;
using ::testing::HasSubstr;

class BadInputTest : public ::testing::Test {
 protected:
  BadInputTest() {
    std::string pattern = ::testing::TempDir() + "bad_input_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~BadInputTest() override { fs::remove_all(folder_); }

  std::string Write(const std::string& name, std::string_view bytes) {
    std::string path = folder_ + "/" + name;
    EXPECT_TRUE(support::WriteFile(path, bytes, 0644).ok());
    return path;
  }

  Outcome Polc(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), Program("polc"));
    return Run(std::move(arguments));
  }

  static Outcome Run(std::vector<std::string> argv,
                     const std::string& user = "") {
    Command command;
    command.argv = std::move(argv);
    command.user = user;
    absl::StatusOr<Outcome> outcome = harness::RunToEnd(command);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    return outcome.ok() ? *outcome : Outcome{};
  }

  // The flags that keep a command away from the machine's own state.
  std::vector<std::string> WithState(std::vector<std::string> arguments) {
    for (const char* name : {"state-dir", "run-dir", "bpffs"}) {
      arguments.push_back(absl::StrCat("--", name));
      arguments.push_back(absl::StrCat(folder_, "/", name));
    }
    return arguments;
  }

  std::string GoodBundle() {
    std::string path = folder_ + "/good.polb";
    EXPECT_EQ(
        Polc({"compile", ExamplePolicy("db-access"), "-o", path}).exit_status,
        0);
    absl::StatusOr<std::string> bytes = support::ReadFile(path, 1u << 20);
    EXPECT_TRUE(bytes.ok());
    return bytes.ok() ? *bytes : "";
  }

  std::string folder_;
};

TEST_F(BadInputTest, NestedBrackets) {
  std::string path = Write(
      "deep.pol", "locals {\n  x = " + std::string(100000, '[') + "\n}\n");
  Outcome outcome = Polc({"check", path});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("error[P1"));
  EXPECT_LT(outcome.errors.size(), 2000u);
}

TEST_F(BadInputTest, NulByte) {
  std::string path =
      Write("nul.pol", std::string("locals {\n  x = 1\0\n}\n", 20));
  Outcome outcome = Polc({"check", path});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("nul.pol:2:8"));
}

TEST_F(BadInputTest, TwentyMegabytes) {
  std::string path = Write("big.pol", std::string(20u << 20, '\n'));
  Outcome outcome = Polc({"check", path});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("at most 8388608"));
  EXPECT_LT(outcome.errors.size(), 2000u);
}

TEST_F(BadInputTest, MissingFolderAndFolderWithoutPolicies) {
  EXPECT_THAT(Polc({"check", folder_ + "/none"}).errors, HasSubstr("/none"));
  EXPECT_THAT(Polc({"check", folder_}).errors, HasSubstr("no .pol file"));
}

TEST_F(BadInputTest, TruncatedBundle) {
  std::string bundle = GoodBundle();
  std::string path = Write("cut.polb", bundle.substr(0, bundle.size() / 2));
  Outcome outcome = Polc(WithState({"apply", path}));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("the bundle is damaged"));
}

TEST_F(BadInputTest, BundleWithOneBitFlipped) {
  std::string bundle = GoodBundle();
  bundle[bundle.size() / 2] =
      static_cast<char>(bundle[bundle.size() / 2] ^ 0x10);
  Outcome outcome = Polc(WithState({"plan", Write("flipped.polb", bundle)}));
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("does not match its digest"));
}

TEST_F(BadInputTest, ApplyAsAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root, to become another user";
  // The build may stand where others cannot go.
  fs::permissions(folder_, fs::perms::all);
  fs::copy_file(Program("polc"), folder_ + "/polc");
  std::vector<std::string> argv =
      WithState({folder_ + "/polc", "apply", Write("good.polb", GoodBundle())});
  Outcome outcome = Run(argv, "nobody");
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("root"));
}

TEST_F(BadInputTest, HostWithoutCgroup2) {
  if (geteuid() != 0)
    GTEST_SKIP() << "needs root, for a mount namespace without cgroup2";
  // unshare(1) would make "/" private, which in a chroot is no mount.
  Outcome outcome =
      Run({"unshare", "-m", "--propagation", "unchanged", "/bin/sh", "-c",
           absl::StrCat("for m in $(awk '{print $5}' /proc/self/mountinfo); do "
                        "mount --make-private $m 2>/dev/null; done; "
                        "for m in $(awk '$0 ~ / - cgroup2 / {print $5}' "
                        "/proc/self/mountinfo); do "
                        "umount -l $m; done; exec ",
                        Program("polc"), " apply ", ExamplePolicy("db-access"),
                        " --state-dir ", folder_, "/s --run-dir ", folder_,
                        "/r --bpffs ", folder_, "/b")});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("cgroup2"));
}

TEST_F(BadInputTest, UnknownCommandAndMissingArgument) {
  EXPECT_EQ(Polc({"aply"}).exit_status, 1);
  EXPECT_EQ(Polc({}).exit_status, 1);
  Outcome outcome = Polc({"compile", ExamplePolicy("db-access")});
  EXPECT_EQ(outcome.exit_status, 1);
  EXPECT_THAT(outcome.errors, HasSubstr("-o FILE"));
}

}  // namespace
}  // namespace pol::netns
