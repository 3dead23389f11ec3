#include "compiler/polc/variable_flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::polc {
namespace {

using testing::ElementsAre;

TEST(VariableFlagsTest, KeepTheOrderOfTheLine) {
  CLI::App app;
  CLI::App* command = app.add_subcommand("check", "");
  std::string path;
  command->add_option("path", path);
  AddVariableFlags(*command);
  std::vector<std::string> given;
  command->callback([&] {
    for (const driver::VariableFlag& flag : VariableFlags(*command))
      given.push_back((flag.is_file ? "file " : "value ") + flag.text);
  });
  app.parse(
      "check --var a=1 --var-file x.polvars folder --var 'b=[1, 2]' "
      "--var-file=y.polvars --var=c=",
      false);
  EXPECT_THAT(given,
              ElementsAre("value a=1", "file x.polvars", "value b=[1, 2]",
                          "file y.polvars", "value c="));
  EXPECT_EQ(path, "folder");
}

}  // namespace
}  // namespace pol::polc
