#include "compiler/syntax/scan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pol::syntax {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Scanned {
  std::vector<std::string> texts;  // "¶" for a line end; "!" before a bad one
  std::vector<std::string> codes;
};

Scanned ScanText(const std::string& text) {
  diag::Sink sink;
  Scanned scanned;
  for (const Token& token : Scan(0, text, sink)) {
    if (token.kind == TokenKind::kEnd) break;
    std::string shown = text.substr(token.begin, token.end - token.begin);
    if (token.kind == TokenKind::kNewline) shown = "¶";
    scanned.texts.push_back((token.bad ? "!" : "") + shown);
  }
  for (const auto& diagnostic : sink.Sorted()) {
    scanned.codes.push_back(diagnostic.code->Name());
  }
  return scanned;
}

TEST(ScanTest, NamesNumbersAndMarks) {
  const Scanned scanned = ScanText("a-b_1 = [1, 2.5e-3, x...] => == !=");
  EXPECT_THAT(scanned.texts,
              ElementsAre("a-b_1", "=", "[", "1", ",", "2.5e-3", ",", "x",
                          "...", "]", "=>", "==", "!="));
  EXPECT_THAT(scanned.codes, IsEmpty());
}

TEST(ScanTest, NamesInOtherScripts) {
  EXPECT_THAT(ScanText("päth 日本-x _é").texts,
              ElementsAre("päth", "日本-x", "_é"));
}

TEST(ScanTest, StepsThatAreNumbers) {
  EXPECT_THAT(ScanText("a.0.1").texts, ElementsAre("a", ".", "0", ".", "1"));
}

TEST(ScanTest, CommentsAreNotThere) {
  EXPECT_THAT(ScanText("a # b\n// c\n/* d\n */ e/**/f\r\n").texts,
              ElementsAre("a", "¶", "¶", "e", "f", "¶"));
}

TEST(ScanTest, StringsHoldTheirTemplates) {
  EXPECT_THAT(ScanText(R"("a${f("}")}b" "c" "$${" "\"" "%{x}")").texts,
              ElementsAre(R"("a${f("}")}b")", R"("c")", R"("$${")", R"("\"")",
                          R"("%{x}")"));
}

TEST(ScanTest, UnfinishedStringsEndWithTheirLine) {
  const Scanned scanned = ScanText("\"ab\n`cd\n\"${\"\n\"\\");
  EXPECT_THAT(scanned.texts,
              ElementsAre("!\"ab", "¶", "!`cd", "¶", "!\"${\"", "¶", "!\"\\"));
  EXPECT_THAT(scanned.codes, ElementsAre("P1010", "P1010", "P1010", "P1010"));
}

TEST(ScanTest, Heredocs) {
  EXPECT_THAT(ScanText("<<E\n x\n E\ny").texts,
              ElementsAre("<<E\n x\n E", "¶", "y"));
  EXPECT_THAT(ScanText("a\n<<-É-1\nÉ-1").texts,
              ElementsAre("a", "¶", "<<-É-1\nÉ-1"));
}

TEST(ScanTest, BrokenHeredocs) {
  EXPECT_THAT(ScanText("<<E x\ny").codes, ElementsAre("P1013"));
  EXPECT_THAT(ScanText("<< E\ny").codes, ElementsAre("P1013"));
  EXPECT_THAT(ScanText("<<E\ny\n").codes, ElementsAre("P1012"));
  EXPECT_THAT(ScanText("<<E").codes, ElementsAre("P1012"));
}

TEST(ScanTest, BrokenTokens) {
  EXPECT_THAT(ScanText("/* x").codes, ElementsAre("P1014"));
  EXPECT_THAT(ScanText("0x1F 30s 1.2.3").codes, ElementsAre("P1015", "P1015"));
  EXPECT_THAT(ScanText("'a' '").codes, ElementsAre("P1017", "P1017"));
  const Scanned marks = ScanText("@@@ x ;");
  EXPECT_THAT(marks.texts, ElementsAre("!@@@", "x", "!;"));
  EXPECT_THAT(marks.codes, ElementsAre("P1017", "P1017"));
}

}  // namespace
}  // namespace pol::syntax
