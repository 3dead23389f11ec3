#include "compiler/syntax/check_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/syntax/diagnostics.h"

namespace pol::syntax {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// Codes and offsets of what is reported, "P1020@3".
std::vector<std::string> Check(const std::string& text, bool readable) {
  support::SourceSet sources;
  const support::FileId file = sources.Add("a.pol", text);
  diag::Sink sink;
  EXPECT_EQ(CheckText(file, sources, sink), readable);
  std::vector<std::string> found;
  for (const auto& diagnostic : sink.Sorted()) {
    found.push_back(diagnostic.code->Name() + "@" +
                    std::to_string(diagnostic.span.begin));
  }
  return found;
}

TEST(CheckTextTest, TextIsFine) {
  EXPECT_THAT(Check("", true), IsEmpty());
  EXPECT_THAT(Check("a = \"b\"\t# é 日本 \U0001F600\r\n", true), IsEmpty());
}

TEST(CheckTextTest, OneFindingForBytesThatAreNoText) {
  EXPECT_THAT(Check("ab\xFF\xFF", false), ElementsAre("P1020@2"));
  EXPECT_THAT(Check("é\xED\xA0\x80", false), ElementsAre("P1020@2"));
  EXPECT_THAT(Check(std::string("a\0\0", 3), false), ElementsAre("P1021@1"));
  EXPECT_THAT(Check("a\x1B", false), ElementsAre("P1021@1"));
  EXPECT_THAT(Check("a\u0085", false), ElementsAre("P1021@1"));
}

TEST(CheckTextTest, LoneCarriageReturnIsAControlCharacter) {
  EXPECT_THAT(Check("a\rb", false), ElementsAre("P1021@1"));
  EXPECT_THAT(Check("a\r", false), ElementsAre("P1021@1"));
}

TEST(CheckTextTest, LookalikesAreFoundEverywhere) {
  EXPECT_THAT(Check("\uFEFF# \u202E\n\u200B", true),
              ElementsAre("P1022@0", "P1023@5", "P1024@9"));
}

TEST(CheckTextTest, LookalikesEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "\u200B";
  EXPECT_THAT(Check(text, true), SizeIs(20));
}

TEST(CheckTextTest, OnlyNormalizedText) {
  EXPECT_THAT(Check("a\nb e\u0301 c\n", true), ElementsAre("P1025@4"));
  EXPECT_THAT(Check("\u212B", true), ElementsAre("P1025@0"));
}

TEST(CheckTextTest, FixNormalizesTheLine) {
  support::SourceSet sources;
  const support::FileId file = sources.Add("a.pol", "a\n# e\u0301!\n");
  diag::Sink sink;
  CheckText(file, sources, sink);
  const auto found = sink.Sorted();
  ASSERT_THAT(found, SizeIs(1));
  ASSERT_THAT(found[0].fixes, SizeIs(1));
  EXPECT_EQ(found[0].fixes[0].edits[0].replacement, "# é!");
  EXPECT_EQ(found[0].fixes[0].edits[0].span, (support::Span{file, 2, 8}));
}

}  // namespace
}  // namespace pol::syntax
