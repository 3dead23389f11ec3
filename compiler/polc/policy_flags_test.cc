#include "compiler/polc/policy_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::polc {
namespace {

using testing::ElementsAre;

TEST(PolicyFlagsTest, KeepTheOrderOfTheLine) {
  CLI::App app;
  CLI::App* command = app.add_subcommand("check", "");
  PolicyFlags flags;
  AddPolicyFlags(*command, flags);
  app.parse(
      "check --var a=1 --var-file x.polvars folder --var 'b=[1, 2]' "
      "--var-file=y.polvars --var=c=",
      false);
  std::vector<std::string> given;
  for (const driver::VariableFlag& flag : flags.variables) {
    given.push_back((flag.is_file ? "file " : "value ") + flag.text);
  }
  EXPECT_THAT(given,
              ElementsAre("value a=1", "file x.polvars", "value b=[1, 2]",
                          "file y.polvars", "value c="));
  EXPECT_EQ(flags.path, "folder");
}

TEST(PolicyFlagsTest, TodayIsADay) {
  PolicyFlags flags;
  flags.today = "2026-01-01";
  EXPECT_EQ(OptionsOf(flags)->today, 1'767'225'600);
  flags.today = "tomorrow";
  EXPECT_EQ(OptionsOf(flags).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pol::polc
