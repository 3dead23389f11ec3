// Every case in cases/. `--update` (or POL_UPDATE=1) writes the `.expect` files
// anew.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/driver/all_codes.h"
#include "compiler/driver/diagnostics.h"
#include "compiler/support/files.h"
#include "tests/golden/case.h"
#include "tests/golden/stages.h"

namespace pol::golden {
namespace {

constexpr size_t kLineLimit = 40;

// Codes whose cases are elsewhere: those that would be too large are made by
// tests/golden/hostile_test.cc, those of several files stand in
// tests/golden/folders and are counted by folders_test.cc.
const std::set<std::string>& CodesWithoutCase() {
  static const auto& codes = *[] {
    auto* set = new std::set<std::string>{"P1030", "P1032", "P2024",
                                          "P2025", "P4050", "P4115"};
    for (const diag::Code* code : driver::kCodes) set->insert(code->Name());
    return set;
  }();
  return codes;
}

bool g_update = false;

const std::vector<Case>& Cases() {
  static const auto& cases = *new std::vector<Case>(ReadCases(
      std::string(std::getenv("POL_SOURCE_DIR")) + "/tests/golden/cases"));
  return cases;
}

std::string PrintAll(const Case& golden,
                     const driver::Compilation& compilation) {
  std::string printed;
  for (const std::string& name : golden.stages) {
    const auto stage = golden::Print(compilation, name);
    if (!stage.ok()) ADD_FAILURE() << golden.name << ": " << stage.status();
    printed += "== " + name + " ==\n" + stage.value_or("");
  }
  return printed;
}

class GoldenTest : public testing::TestWithParam<size_t> {};

TEST_P(GoldenTest, IsAsAnnounced) {
  const Case& golden = Cases()[GetParam()];
  EXPECT_LT(golden.lines, kLineLimit);
  const auto run =
      Compile(std::filesystem::path(golden.path).filename(), golden.text);
  const auto diagnostics = run.diagnostics;
  EXPECT_EQ(Announcements(diagnostics, run.sources), golden.announced)
      << diag::RenderText(diagnostics, run.sources, {});
  if (golden.stages.empty()) {
    EXPECT_FALSE(std::filesystem::exists(golden.expect_path))
        << "nothing is printed, so nothing is expected";
    return;
  }
  const std::string printed = PrintAll(golden, run);
  if (g_update) {
    ASSERT_TRUE(support::WriteFile(golden.expect_path, printed, 0644).ok());
    return;
  }
  const auto expected = support::ReadFile(golden.expect_path, 1 << 20);
  ASSERT_TRUE(expected.ok()) << expected.status();
  EXPECT_EQ(printed, *expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenTest,
                         testing::Range(size_t{0}, Cases().size()),
                         [](const testing::TestParamInfo<size_t>& param) {
                           std::string name = Cases()[param.param].name;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](unsigned char c) { return !std::isalnum(c); },
                               '_');
                           return name;
                         });

TEST(CoverageTest, EveryCodeHasACase) {
  std::set<std::string> announced;
  for (const Case& golden : Cases()) {
    for (const auto& [line, severity, code] : golden.announced) {
      announced.insert(code);
    }
  }
  for (const diag::Code* code : driver::AllCodes()) {
    if (CodesWithoutCase().count(code->Name()) > 0) continue;
    EXPECT_TRUE(announced.count(code->Name()) > 0)
        << code->Name() << " (" << code->title << ") has no golden case";
  }
}

TEST(CoverageTest, EveryExpectationHasACase) {
  std::set<std::string> expected;
  for (const Case& golden : Cases()) expected.insert(golden.expect_path);
  const std::string folder =
      std::string(std::getenv("POL_SOURCE_DIR")) + "/tests/golden/cases";
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".expect") continue;
    EXPECT_TRUE(expected.count(entry.path()) > 0) << entry.path();
  }
}

// The promise behind every golden: order and words do not depend on the run.
TEST(DeterminismTest, SevenMistakesAreTheSameHundredTimes) {
  const auto golden =
      std::find_if(Cases().begin(), Cases().end(), [](const Case& candidate) {
        return candidate.name == "syntax/seven_mistakes.pol";
      });
  ASSERT_NE(golden, Cases().end());
  std::set<std::string> reports;
  for (int i = 0; i < 100; ++i) {
    const auto run = Compile("seven.pol", golden->text);
    const auto diagnostics = run.diagnostics;
    EXPECT_EQ(diagnostics.size(), 7u);
    reports.insert(diag::RenderText(diagnostics, run.sources, {}) +
                   diag::RenderJson(diagnostics, run.sources));
  }
  EXPECT_EQ(reports.size(), 1u);
}

}  // namespace
}  // namespace pol::golden

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const char* update = std::getenv("POL_UPDATE");
  pol::golden::g_update = (update != nullptr && std::string(update) == "1") ||
                          (argc > 1 && std::string(argv[1]) == "--update");
  return RUN_ALL_TESTS();
}
