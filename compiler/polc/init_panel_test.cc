// The packs for control panels: what `polc init --panel` writes works, and is
// tested as far as tests can go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "compiler/polc/panels.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

std::string Source(const std::string& path) {
  return std::string(std::getenv("POL_SOURCE_DIR")) + "/policies/" + path;
}

harness::Outcome Polc(std::vector<std::string> words) {
  harness::Command command;
  command.argv = {std::string(std::getenv("POL_BUILD_DIR")) + "/bin/polc"};
  command.argv.insert(command.argv.end(), words.begin(), words.end());
  const auto outcome = harness::RunToEnd(command);
  EXPECT_TRUE(outcome.ok()) << outcome.status();
  return outcome.value_or(harness::Outcome{-1, "", ""});
}

// No finding, canonical layout, and tests that notice every mistake.
void ExpectComplete(const std::string& folder) {
  SCOPED_TRACE(folder);
  const harness::Outcome check = Polc({"check", folder});
  EXPECT_EQ(check.exit_status, 0);
  EXPECT_EQ(check.errors, "");
  const harness::Outcome layout =
      Polc({"fmt", "-check", "-diff", "-recursive", folder});
  EXPECT_EQ(layout.exit_status, 0) << layout.output;
  const harness::Outcome test =
      Polc({"test", "--min-coverage", "100", "--min-score", "100", folder});
  EXPECT_EQ(test.exit_status, 0) << test.output;
  EXPECT_THAT(test.output, HasSubstr(" 0 failed"));
}

class InitPanelTest : public testing::Test {
 protected:
  InitPanelTest() {
    std::string pattern = testing::TempDir() + "init_panel.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~InitPanelTest() override { fs::remove_all(folder_); }

  std::string folder_;
};

TEST_F(InitPanelTest, WhatItWritesIsComplete) {
  EXPECT_THAT(Panels(), Contains("ispconfig"));
  for (const std::string& panel : Panels()) {
    const std::string site = folder_ + "/" + panel;
    const harness::Outcome init = Polc({"init", "--panel", panel, site});
    ASSERT_EQ(init.exit_status, 0) << init.errors;
    EXPECT_THAT(init.output, AllOf(HasSubstr("polc check " + site),
                                   HasSubstr(panel + "/README.md")));
    ExpectComplete(site);
  }
}

TEST_F(InitPanelTest, TheModulesAreThoseOfTheProject) {
  ASSERT_EQ(Polc({"init", "--panel", "ispconfig", folder_}).exit_status, 0);
  size_t files = 0;
  for (const auto& entry :
       fs::recursive_directory_iterator(Source("panels/ispconfig"))) {
    if (!entry.is_regular_file()) continue;
    ++files;
    const std::string path =
        fs::relative(entry.path(), Source("panels")).string();
    EXPECT_EQ(*support::ReadFile(folder_ + "/" + path, 1 << 20),
              *support::ReadFile(entry.path(), 1 << 20))
        << path;
  }
  EXPECT_GE(files, 6u);
}

TEST_F(InitPanelTest, NothingIsOverwrittenAndAWrongNameIsNamed) {
  fs::create_directory(folder_ + "/ispconfig");
  const harness::Outcome again =
      Polc({"init", "--panel", "ispconfig", folder_});
  EXPECT_EQ(again.exit_status, 1);
  EXPECT_THAT(again.errors, HasSubstr("ispconfig is there already"));
  EXPECT_FALSE(fs::exists(folder_ + "/main.pol"));
  const harness::Outcome wrong = Polc({"init", "--panel", "isp", folder_});
  EXPECT_EQ(wrong.exit_status, 1);
  EXPECT_THAT(wrong.errors, HasSubstr("ispconfig"));
}

TEST_F(InitPanelTest, ValuesOfThePackAreChecked) {
  const auto errors = [](const std::string& value) {
    const harness::Outcome run =
        Polc({"check", "--var", value, Source("panels/ispconfig")});
    EXPECT_EQ(run.exit_status, 1) << value;
    return run.errors;
  };
  EXPECT_THAT(errors("server=caddy"), HasSubstr("`apache2` or `nginx`"));
  EXPECT_THAT(errors("api_user=root"), HasSubstr("need not be"));
  EXPECT_THAT(errors("api_unit=api"), HasSubstr("ends in `.service`"));
  EXPECT_THAT(errors("api_port=65536"), HasSubstr("1 to 65535"));
  EXPECT_THAT(errors("api_tls=1.1"), HasSubstr("`1.2` or `1.3`"));
  EXPECT_THAT(errors("data_folder=/srv/../etc/"), HasSubstr("absolute path"));
  EXPECT_THAT(errors("log_folder=log"), HasSubstr("absolute path"));
  EXPECT_THAT(errors("server_ports=[]"), HasSubstr("name the ports"));
  // And good ones hold with the module's own tests.
  const harness::Outcome run =
      Polc({"test", "--var", "api_port=8443", "--var", "api_tls=1.3", "--var",
            "server=nginx", "--var", "data_folder=/srv/api.d", "--var",
            "server_ports=[443]", "--var", R"(api_addresses=["192.0.2.7"])",
            Source("panels/ispconfig")});
  EXPECT_EQ(run.exit_status, 0) << run.output << run.errors;
}

TEST_F(InitPanelTest, TheDatabaseOverTcpIsComplete) {
  ExpectComplete(Source("examples/ispconfig-database"));
}

// The pack for this host asks for nothing that the agent cannot hold; that for
// a database over TCP says what it takes.
TEST_F(InitPanelTest, WhatItAsksOfTheAgent) {
  const auto required = [](const std::string& folder) {
    return Polc({"compile", "-o", "/dev/null", "--print", "bundle", folder})
        .output;
  };
  EXPECT_THAT(required(Source("examples/ispconfig")),
              HasSubstr("requires tls-version\n"));
  EXPECT_THAT(required(Source("examples/ispconfig-database")),
              HasSubstr("requires address-authentication, selinux-boolean, "
                        "starttls, tls-version\n"));
}

}  // namespace
}  // namespace pol::polc
