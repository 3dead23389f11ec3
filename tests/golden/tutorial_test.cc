// docs/tutorial.md, step by step: the commands in its "```console" fences run
// in one temporary folder, in the order of the page, and print what it shows. A
// fence "```pol file=web/test.pol" is written to that file, at its end with
// "append=", before what follows.
//
// In what is shown `…` stands for any text within the line, and a line `…`
// for any lines.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "tests/golden/fence.h"
#include "tests/harness/process.h"

namespace pol::golden {
namespace {

constexpr char kAny[] = "…";

// Whether the pieces between `…` stand in the line in their order.
bool LineFits(const std::string& line, const std::string& shown) {
  const std::vector<std::string> pieces = absl::StrSplit(shown, kAny);
  if (pieces.size() == 1) return line == shown;
  if (line.rfind(pieces.front(), 0) != 0) return false;
  size_t at = pieces.front().size();
  for (size_t i = 1; i + 1 < pieces.size(); ++i) {
    at = line.find(pieces[i], at);
    if (at == line.npos) return false;
    at += pieces[i].size();
  }
  const std::string& last = pieces.back();
  return line.size() >= at + last.size() &&
         line.compare(line.size() - last.size(), last.size(), last) == 0;
}

bool LinesFit(const std::vector<std::string>& lines, size_t line,
              const std::vector<std::string>& shown, size_t at) {
  if (at == shown.size()) return line == lines.size();
  if (shown[at] == kAny) {
    for (size_t next = line; next <= lines.size(); ++next) {
      if (LinesFit(lines, next, shown, at + 1)) return true;
    }
    return false;
  }
  return line < lines.size() && LineFits(lines[line], shown[at]) &&
         LinesFit(lines, line + 1, shown, at + 1);
}

struct Step {
  std::string command;
  std::vector<std::string> shown;
};

std::vector<Step> StepsOf(const std::string& text) {
  std::vector<Step> steps;
  for (absl::string_view line :
       absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    if (absl::ConsumePrefix(&line, "$ ")) {
      steps.push_back({std::string(line), {}});
    } else if (!steps.empty()) {
      steps.back().shown.emplace_back(line);
    }
  }
  return steps;
}

class TutorialTest : public testing::Test {
 protected:
  TutorialTest() {
    std::string name = testing::TempDir() + "/tutorial.XXXXXX";
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  ~TutorialTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& where, const std::string& text) {
    absl::string_view path = where;
    const bool append = absl::ConsumePrefix(&path, "append=");
    if (!append && !absl::ConsumePrefix(&path, "file=")) return;
    std::ofstream file(absl::StrCat(folder_, "/", path),
                       append ? std::ios::app : std::ios::out);
    file << text;
    file.close();
    EXPECT_TRUE(file.good()) << where;
  }

  void Run(const Step& step) {
    SCOPED_TRACE(step.command);
    const std::string polc = std::getenv("POL_POLC");
    // One pipe for both, as on a terminal.
    const auto outcome = harness::RunToEnd(
        {{"sh", "-c",
          absl::StrCat("cd ", folder_, " && { ", step.command, "; } 2>&1")},
         {absl::StrCat(
             "PATH=", std::filesystem::path(polc).parent_path().c_str(),
             ":/usr/sbin:/usr/bin:/sbin:/bin")},
         "",
         "",
         -1,
         ""});
    ASSERT_TRUE(outcome.ok()) << outcome.status();
    std::vector<std::string> lines;
    if (!outcome->output.empty()) {
      lines = absl::StrSplit(absl::StripSuffix(outcome->output, "\n"), '\n');
    }
    EXPECT_TRUE(LinesFit(lines, 0, step.shown, 0)) << outcome->output;
  }

  std::string folder_;
};

TEST_F(TutorialTest, EveryCommandPrintsWhatThePageShows) {
  size_t steps = 0;
  for (const Fence& fence : FencesOf(ReadPageText("docs/tutorial.md"))) {
    SCOPED_TRACE(absl::StrCat("docs/tutorial.md:", fence.line));
    if (fence.info.size() > 1) Write(fence.info.back(), fence.text);
    if (!fence.Is("console")) continue;
    for (const Step& step : StepsOf(fence.text)) {
      Run(step);
      ++steps;
    }
  }
  EXPECT_GT(steps, 8u);
}

}  // namespace
}  // namespace pol::golden
