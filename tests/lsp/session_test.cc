// An editor that people use speaks with `polc lsp`: Neovim, by session.lua.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::lsp {
namespace {

using harness::Command;

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

constexpr char kNames[] =
    "workload \"web\" {\n"
    "  identity = \"spiffe://gov.cn/web\"\n"
    "  cgroup   = \"/web\"\n"
    "}\n"
    "workload \"pg\" {\n"
    "  identity = \"spiffe://gov.cn/pg\"\n"
    "  cgroup   = \"/pg\"\n"
    "}\n"
    "locals {\n"
    "  port = 5432\n"
    "}\n";
constexpr char kPolicy[] =
    "policy \"web-to-pg\" {\n"
    "  source    = workload.web\n"
    "  target    = workload.pg\n"
    "  port      = local.port\n"
    "  protocoll = \"tcp\"\n"
    "}\n";

class EditorTest : public testing::Test {
 protected:
  EditorTest() {
    std::string pattern = testing::TempDir() + "lsp.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~EditorTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(EditorTest, Neovim) {
  Command version;
  version.argv = {"nvim", "--version"};
  if (!harness::RunOk(version).ok()) {
    GTEST_SKIP() << "no nvim here (Debian package neovim)";
  }
  ASSERT_TRUE(support::WriteFile(folder_ + "/names.pol", kNames, 0644).ok());
  ASSERT_TRUE(support::WriteFile(folder_ + "/policy.pol", kPolicy, 0644).ok());
  Command command;
  command.argv = {
      "nvim",
      "--headless",
      "--clean",
      "-n",
      "-c",
      "luafile " + Environment("POL_SOURCE_DIR") + "/tests/lsp/session.lua"};
  command.environment = {"POLC=" + Environment("POL_BUILD_DIR") + "/bin/polc",
                         "FOLDER=" + folder_,
                         "HOME=" + folder_ + "/home",
                         "XDG_CONFIG_HOME=" + folder_ + "/home",
                         "XDG_DATA_HOME=" + folder_ + "/home",
                         "XDG_CACHE_HOME=" + folder_ + "/home",
                         "XDG_STATE_HOME=" + folder_ + "/home"};
  const auto outcome = harness::RunToEnd(command, absl::Seconds(120));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->exit_status, 0) << outcome->output << "\n"
                                     << outcome->errors;
  EXPECT_THAT(outcome->output, testing::HasSubstr("all is well"));
}

}  // namespace
}  // namespace pol::lsp
