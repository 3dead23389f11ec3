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

Scanned ScanText(const std::string& text, ScanOptions options = {}) {
  diag::Sink sink;
  Scanned scanned;
  for (const Token& token : Scan(0, text, sink, options)) {
    if (token.kind == TokenKind::kEnd) break;
    std::string shown = text.substr(token.begin, token.end - token.begin);
    if (token.kind == TokenKind::kNewline) shown = "¶";
    if (token.kind == TokenKind::kTemplateBegin) shown += "(";
    if (token.kind == TokenKind::kTemplateText) shown = "T:" + shown;
    if (token.kind == TokenKind::kInterpolationEnd) shown = "I" + shown;
    if (token.kind == TokenKind::kTemplateEnd) shown = ")" + shown;
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

TEST(ScanTest, DifferencesOfNumbers) {
  EXPECT_THAT(ScanText("5-3 a-b 5-a").texts,
              ElementsAre("5", "-", "3", "a-b", "5", "-", "a"));
}

TEST(ScanTest, StepsThatAreNumbers) {
  EXPECT_THAT(ScanText("a.0.1").texts, ElementsAre("a", ".", "0", ".", "1"));
}

TEST(ScanTest, CommentsAreNotThere) {
  EXPECT_THAT(ScanText("a # b\n// c\n/* d\n */ e/**/f\r\n").texts,
              ElementsAre("a", "¶", "¶", "e", "f", "¶"));
}

TEST(ScanTest, CommentsAreThereWhenAskedFor) {
  const std::string text =
      "\xEF\xBB\xBF"
      "a # b\r\n// c\n/* d\n */ e /**/ = \"${ # x\n 1 }\"\n";
  EXPECT_THAT(
      ScanText(text, {.comments = true}).texts,
      ElementsAre("a", "# b", "¶", "// c", "¶", "/* d\n */", "e", "/**/", "=",
                  "\"(", "${", "# x", "¶", "1", "I}", ")\"", "¶"));
}

TEST(ScanTest, NothingButBlanksIsBetweenTokensWithComments) {
  const std::string text =
      "a = [1, // x\n 2] /* y */ \n b { c = <<-E\n  ${ d } ~\n   E\n}\n"
      "e = \"f${ {g = \"h${i}\"}[0] ~}\" # j";
  diag::Sink sink;
  uint32_t end = 0;
  for (const Token& token : Scan(0, text, sink, {.comments = true})) {
    EXPECT_THAT(text.substr(end, token.begin - end),
                testing::MatchesRegex("[ \t\r]*"));
    end = token.end;
  }
  EXPECT_EQ(end, text.size());
  EXPECT_EQ(sink.reported(), 0u);
}

TEST(ScanTest, StringsWithoutInterpolationAreOneToken) {
  EXPECT_THAT(ScanText(R"("c" "$${" "\"" "$" "%%{x}" "$$" "\\")").texts,
              ElementsAre(R"("c")", R"("$${")", R"("\"")", R"("$")",
                          R"("%%{x}")", R"("$$")", R"("\\")"));
}

TEST(ScanTest, TemplatesNest) {
  EXPECT_THAT(ScanText(R"("a${f("}")}b")").texts,
              ElementsAre("\"(", "T:a", "${", "f", "(", "\"}\"", ")", "I}",
                          "T:b", ")\""));
  EXPECT_THAT(ScanText(R"("${"${{a=1}}"}")").texts,
              ElementsAre("\"(", "${", "\"(", "${", "{", "a", "=", "1", "}",
                          "I}", ")\"", "I}", ")\""));
}

TEST(ScanTest, InterpolationsTakeLineEndsAndTrim) {
  EXPECT_THAT(ScanText("\"${~\n a\n~}\"").texts,
              ElementsAre("\"(", "${~", "¶", "a", "¶", "I~}", ")\""));
}

TEST(ScanTest, HeredocsWithInterpolation) {
  EXPECT_THAT(ScanText("<<E\n a\n ${b}c\nE E\n  E\ny").texts,
              ElementsAre("<<E\n(", "T: a\n ", "${", "b", "I}", "T:c\nE E\n",
                          ")  E", "¶", "y"));
  // The marker ends nothing inside of the interpolation or right behind it.
  EXPECT_THAT(ScanText("<<E\n${[\nE\n]}E\nE\n").texts,
              ElementsAre("<<E\n(", "${", "[", "¶", "E", "¶", "]", "I}",
                          "T:E\n", ")E", "¶"));
  EXPECT_THAT(ScanText("\"${<<E\nx${1}\nE\n}\"").texts,
              ElementsAre("\"(", "${", "<<E\n(", "T:x", "${", "1", "I}", "T:\n",
                          ")E", "¶", "I}", ")\""));
}

TEST(ScanTest, DirectivesAreReportedOnceForATemplate) {
  const Scanned scanned = ScanText("\"%{if a}x%{endif}\" \"%{for\"");
  EXPECT_THAT(scanned.texts,
              ElementsAre("\"(", "!%{", "if", "a", "I}", "T:x", "!%{", "endif",
                          "I}", ")\"", "!\"%{for\""));
  EXPECT_THAT(scanned.codes, ElementsAre("P1046", "P1007"));
}

TEST(ScanTest, UnfinishedStringsEndWithTheirLine) {
  const Scanned scanned = ScanText("\"ab\n`cd\n\"${\"\n\"\\");
  EXPECT_THAT(scanned.texts,
              ElementsAre("!\"ab", "¶", "!`cd", "¶", "!\"${\"", "¶", "!\"\\"));
  EXPECT_THAT(scanned.codes, ElementsAre("P1010", "P1010", "P1007", "P1010"));
}

TEST(ScanTest, UnclosedInterpolationsEndWithTheirString) {
  const Scanned quoted = ScanText("\"a${b\nc = \"d\"\n\"${e}\nf");
  EXPECT_THAT(quoted.texts, ElementsAre("!\"a${b", "¶", "c", "=", "\"d\"", "¶",
                                        "!\"${e}", "¶", "f"));
  EXPECT_THAT(quoted.codes, ElementsAre("P1007", "P1010"));
  const Scanned heredoc = ScanText("<<E\n${a\nE\nb");
  EXPECT_THAT(heredoc.texts, ElementsAre("!<<E\n${a\nE", "¶", "b"));
  EXPECT_THAT(heredoc.codes, ElementsAre("P1007"));
}

TEST(ScanTest, WhatIsLostInATemplateIsSaidOnce) {
  EXPECT_THAT(ScanText("a \"${ /* \n b").texts,
              ElementsAre("a", "!\"${ /* \n b"));
  EXPECT_THAT(ScanText("a \"${ /* \n b").codes, ElementsAre("P1014"));
  EXPECT_THAT(ScanText("a \"${ 'x' <<E\n b").codes, ElementsAre("P1012"));
  EXPECT_THAT(ScanText("<<E\n${a}\nb").codes, ElementsAre("P1012"));
  EXPECT_THAT(ScanText("\"${'x'}\"").codes, ElementsAre("P1017"));
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
