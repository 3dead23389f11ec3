// The formatter on texts of people, of HCL's own corpus and of chance.
#include "compiler/syntax/format.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_replace.h"
#include "compiler/support/files.h"
#include "compiler/support/source.h"
#include "compiler/syntax/dump.h"
#include "compiler/syntax/parse.h"
#include "tests/golden/case.h"
#include "tests/golden/format_texts.h"
#include "tests/harness/elsewhere.h"

namespace pol::golden {
namespace {

std::string WithoutBlanks(const std::string& text) {
  return absl::StrReplaceAll(text, {{" ", ""}, {"\t", ""}});
}

std::string Dumped(const std::string& text, bool& valid) {
  support::SourceSet sources;
  diag::Sink sink;
  const syntax::Ast ast =
      syntax::Parse(sources.Add("text.pol", text), sources, sink);
  valid = !sink.HasErrors();
  return valid ? syntax::Dump(ast) : "";
}

// Whether the text parses; if it does, all promises about its layout are kept.
bool KeepsPromises(const std::string& text) {
  bool valid = false;
  const std::string dump = Dumped(text, valid);
  if (!valid) return false;
  const std::string formatted = syntax::FormatValid(text);
  EXPECT_EQ(WithoutBlanks(formatted), WithoutBlanks(text)) << text;
  EXPECT_EQ(syntax::FormatValid(formatted), formatted) << text;
  EXPECT_EQ(Dumped(formatted, valid), dump) << text << "\n---\n" << formatted;
  EXPECT_TRUE(valid) << text << "\n---\n" << formatted;
  return true;
}

TEST(FormatTest, EqualsHclOnItsOwnCorpus) {
  const std::string folder = harness::Elsewhere("conformance/hcl-fmt");
  if (!support::IsDirectory(folder)) {
    GTEST_SKIP() << harness::kNotHere << "no corpus of HCL's formatter at "
                 << folder;
  }
  int pairs = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::filesystem::path path = entry.path();
    if (path.extension() != ".in") continue;
    const std::string before = support::ReadFile(path, 1 << 20).value();
    const std::string after =
        support::ReadFile(path.replace_extension(".out"), 1 << 20).value();
    // The corpus is HCL, which lets pass what a policy may not hold.
    EXPECT_EQ(syntax::FormatValid(before), after) << path;
    ++pairs;
  }
  EXPECT_EQ(pairs, 47);
}

TEST(FormatTest, CasesOfPeopleKeepThePromises) {
  int valid = 0;
  for (const std::string& text : SeedTexts()) valid += KeepsPromises(text);
  EXPECT_GE(valid, 30);
}

TEST(FormatTest, AHundredThousandMutantsKeepThePromises) {
  constexpr int kValid = 100'000;
  MutantTexts mutants(1);
  int valid = 0;
  int texts = 0;
  for (; valid < kValid && texts < 3 * kValid && !HasFailure(); ++texts) {
    valid += KeepsPromises(mutants.Next());
  }
  RecordProperty("texts", texts);
  EXPECT_EQ(valid, kValid) << "of " << texts << "; too many do not parse";
}

}  // namespace
}  // namespace pol::golden
