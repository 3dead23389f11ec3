#include "compiler/polc/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/polc/completion.h"
#include "compiler/polc/terminal.h"
#include "compiler/support/files.h"
#include "tests/harness/process.h"

namespace pol::polc {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::StartsWith;

struct Ran {
  int exit_code = -1;
  std::string output;
  std::string errors;
};

// The program with these words behind its name.
Ran Polc(std::vector<std::string> words) {
  CLI::App app;
  Ran ran;
  AddCommands(app, ran.exit_code);
  std::reverse(words.begin(), words.end());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    ran.exit_code = app.exit(error) == 0 ? kOk : kError;
  }
  ran.output = testing::internal::GetCapturedStdout();
  ran.errors = testing::internal::GetCapturedStderr();
  return ran;
}

class CommandsTest : public testing::Test {
 protected:
  CommandsTest() {
    std::string pattern = testing::TempDir() + "commands_test.XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~CommandsTest() override { fs::remove_all(folder_); }

  std::string folder_;
};

TEST_F(CommandsTest, EveryCommandShowsAnExample) {
  CLI::App app;
  int exit_code = 0;
  AddCommands(app, exit_code);
  ASSERT_GE(app.get_subcommands({}).size(), 10u);
  for (const CLI::App* command : app.get_subcommands({})) {
    const Ran help = Polc({command->get_name(), "--help"});
    EXPECT_EQ(help.exit_code, kOk);
    EXPECT_THAT(help.output, AllOf(HasSubstr("\nExample"),
                                   HasSubstr("polc " + command->get_name())));
  }
  EXPECT_THAT(Polc({"--help"}).output, HasSubstr("Example: polc check"));
}

TEST_F(CommandsTest, CheckSpeaksSarif) {
  const std::string path = folder_ + "/a.pol";
  ASSERT_TRUE(support::WriteFile(path, "workload \"x\" {\n}\n", 0644).ok());
  for (const std::string& given : {folder_, path, folder_ + "/"}) {
    const Ran ran = Polc({"check", "--format", "sarif", given});
    EXPECT_EQ(ran.exit_code, kError);
    EXPECT_THAT(ran.errors, IsEmpty());
    const auto run = nlohmann::json::parse(ran.output)["runs"][0];
    const auto& result = run["results"][0];
    EXPECT_EQ(result["ruleId"], "P2006");
    EXPECT_EQ(
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "file://" + path);
    EXPECT_THAT(
        run["tool"]["driver"]["rules"][0]["help"]["text"].get<std::string>(),
        Not(IsEmpty()));
  }
}

TEST_F(CommandsTest, ExplainsCodes) {
  const Ran page = Polc({"explain", "P2003"});
  EXPECT_EQ(page.exit_code, kOk);
  EXPECT_THAT(page.output, StartsWith("error[P2003]: unknown name\n"));
  const Ran unknown = Polc({"explain", "P20O3"});
  EXPECT_EQ(unknown.exit_code, kError);
  EXPECT_THAT(unknown.errors, HasSubstr("did you mean `P2003`?"));
  EXPECT_THAT(unknown.errors, HasSubstr("polc explain --list"));
  EXPECT_THAT(Polc({"explain", "--list"}).output,
              HasSubstr("\nP2003  error    unknown name\n"));
  const auto one = nlohmann::json::parse(
      Polc({"explain", "P2003", "--format", "json"}).output);
  EXPECT_EQ(one["codes"].size(), 1u);
  const auto all = nlohmann::json::parse(
      Polc({"explain", "--list", "--format", "json"}).output);
  EXPECT_GT(all["codes"].size(), 80u);
  EXPECT_THAT(Polc({"explain"}).errors, HasSubstr("say what"));
}

TEST_F(CommandsTest, InitStartsAPolicyThatWorks) {
  const std::string folder = folder_ + "/new/policies";
  const Ran init = Polc({"init", folder});
  ASSERT_EQ(init.exit_code, kOk) << init.errors;
  EXPECT_THAT(init.output, HasSubstr("polc check " + folder));
  EXPECT_THAT(init.output, HasSubstr("polc test " + folder));
  EXPECT_EQ(Polc({"test", folder}).exit_code, kOk);
  const Ran check = Polc({"check", folder});
  EXPECT_EQ(check.exit_code, kOk);
  EXPECT_EQ(check.errors, "");
  EXPECT_THAT(*support::ListFiles(folder, ".pol"),
              ElementsAre("main.pol", "tests.pol"));
  const Ran explain = Polc({"explain", folder, "--from", "workload.web", "--to",
                            "workload.db", "--port", "5432", "--tls", "1.3"});
  EXPECT_EQ(explain.exit_code, kOk) << explain.errors;
  EXPECT_THAT(explain.output, StartsWith("allowed: "));
  EXPECT_EQ(
      Polc({"explain", folder, "--from", "workload.web", "--to", "workload.db"})
          .exit_code,
      kError);
  EXPECT_THAT(Polc({"explain", folder, "--from", "workload.web", "--to",
                    "workload.db", "--protocol", "icmp"})
                  .output,
              StartsWith("denied: "));
}

TEST_F(CommandsTest, InitOverwritesNothing) {
  const std::string path = folder_ + "/main.pol";
  ASSERT_TRUE(support::WriteFile(path, "# mine\n", 0644).ok());
  const Ran again = Polc({"init", folder_});
  EXPECT_EQ(again.exit_code, kError);
  EXPECT_THAT(again.errors, HasSubstr("main.pol is there already"));
  EXPECT_EQ(*support::ReadFile(path, 100), "# mine\n");
  fs::rename(path, folder_ + "/other.pol");
  EXPECT_EQ(Polc({"init", folder_}).exit_code, kError);
  EXPECT_FALSE(support::Exists(path));
  EXPECT_EQ(Polc({"init", folder_ + "/other.pol"}).exit_code, kError);
}

// What a real bash would offer for the last of these words.
std::vector<std::string> Offered(const std::string& script,
                                 const std::vector<std::string>& words,
                                 const std::string& folder) {
  std::string program = "cd " + folder + "\n" + script + "\nCOMP_WORDS=(polc";
  for (const std::string& word : words) program += " '" + word + "'";
  program += ")\nCOMP_CWORD=" + std::to_string(words.size()) +
             "\n_polc\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  harness::Command command;
  command.argv = {"bash", "--norc", "-uc", program};
  const auto output = harness::RunOk(command);
  EXPECT_TRUE(output.ok()) << output.status();
  std::vector<std::string> offered;
  std::istringstream lines(output.value_or(""));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) offered.push_back(line);
  }
  return offered;
}

TEST_F(CommandsTest, BashCompletes) {
  ASSERT_TRUE(support::WriteFile(folder_ + "/site.pol", "", 0644).ok());
  const Ran ran = Polc({"completion", "bash"});
  ASSERT_EQ(ran.exit_code, kOk);
  const auto offered = [&](std::vector<std::string> words) {
    return Offered(ran.output, words, folder_);
  };
  EXPECT_THAT(offered({"che"}), ElementsAre("check"));
  EXPECT_THAT(offered({""}), IsSupersetOf({"check", "init", "plan"}));
  EXPECT_THAT(offered({"--v"}), ElementsAre("--version"));
  EXPECT_THAT(offered({"check", "--f"}), ElementsAre("--format"));
  EXPECT_THAT(offered({"check", "--format", ""}),
              ElementsAre("json", "sarif", "text"));
  EXPECT_THAT(offered({"check", "--format", "=", "s"}), ElementsAre("sarif"));
  EXPECT_THAT(offered({"check", "--format", "="}),
              ElementsAre("json", "sarif", "text"));
  EXPECT_THAT(offered({"check", ""}), ElementsAre("site.pol"));
  EXPECT_THAT(offered({"check", "s"}), ElementsAre("site.pol"));
  EXPECT_THAT(offered({"compile", "-o", ""}), ElementsAre("site.pol"));
  EXPECT_THAT(offered({"completion", ""}), ElementsAre("bash", "fish", "zsh"));
  EXPECT_THAT(offered({"nonsense", "--"}), IsEmpty());
}

TEST_F(CommandsTest, OtherShellsHaveTheSameWords) {
  const std::string bash = Polc({"completion", "bash"}).output;
  EXPECT_THAT(Polc({"completion", "zsh"}).output,
              AllOf(StartsWith("#compdef polc\n"), HasSubstr(bash)));
  const std::string fish = Polc({"completion", "fish"}).output;
  EXPECT_THAT(fish, HasSubstr("\ncomplete -c polc -n "
                              "'__fish_seen_subcommand_from check' -l format "
                              "-x -a 'json sarif text' -d "));
  EXPECT_THAT(fish, HasSubstr(" -f -a check -d "));
  EXPECT_EQ(Polc({"completion", "tcsh"}).exit_code, kError);
}

}  // namespace
}  // namespace pol::polc
