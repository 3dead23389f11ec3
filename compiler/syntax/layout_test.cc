#include "compiler/syntax/layout.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/syntax/scan.h"

namespace pol::syntax {
namespace {

// The tokens as text, "¶" for line ends, "<}>" for what was put in; then the
// codes.
std::string LayOutText(const std::string& text) {
  diag::Sink sink;
  const std::vector<Token> scanned = Scan(0, text, sink);
  std::string shown;
  for (const Token& token : LayOut(0, text, scanned, sink)) {
    const std::string written =
        text.substr(token.begin, token.end - token.begin);
    if (token.kind == TokenKind::kEnd) break;
    if (token.kind == TokenKind::kNewline) {
      shown += "¶";
    } else if (written.empty()) {
      shown += token.kind == TokenKind::kRightBrace     ? "<}>"
               : token.kind == TokenKind::kRightBracket ? "<]>"
                                                        : "<)>";
    } else {
      shown += token.kind == TokenKind::kFor ? "FOR" : written;
    }
  }
  for (const auto& diagnostic : sink.Sorted()) {
    shown.append(1, ' ').append(diagnostic.code->Name()).append(1, '@');
    shown.append(std::to_string(diagnostic.span.begin));
  }
  return shown;
}

TEST(LayoutTest, LineEndsOnlyWhereTheySeparate) {
  EXPECT_EQ(LayOutText("\n\na=1\n\n\nb=2"), "a=1¶b=2¶");
  EXPECT_EQ(LayOutText("a=[\n1,\n2\n]\n"), "a=[1,2]¶");
  EXPECT_EQ(LayOutText("a={\nx=1\n\ny=2,\nz=3\n}\n"), "a={x=1¶y=2,z=3}¶");
  EXPECT_EQ(LayOutText("a=[{\nx=1\n}]\n"), "a=[{x=1}]¶");
  EXPECT_EQ(LayOutText("b {\n\nx=1\n}\n"), "b{¶x=1¶}¶");
  EXPECT_EQ(LayOutText("b {}\n"), "b{}¶");
  EXPECT_EQ(LayOutText("b { x=1 }"), "b{x=1}¶");
}

TEST(LayoutTest, ForIsAWordInItsPlaceOnly) {
  EXPECT_EQ(LayOutText("a=[for x in y:\nx]\n"), "a=[FORxiny:x]¶");
  EXPECT_EQ(LayOutText("a={\nfor k,v in y:\nk=>v\n}\n"), "a={FORk,viny:k=>v}¶");
  EXPECT_EQ(LayOutText("a={for=1}\nfor=2\n"), "a={for=1}¶for=2¶");
}

TEST(LayoutTest, WordsOfAForExpressionAreNoNames) {
  auto words = [](const std::string& text) {
    diag::Sink sink;
    std::string shown;
    for (const Token& token : LayOut(0, text, Scan(0, text, sink), sink)) {
      shown += token.kind == TokenKind::kFor  ? "F"
               : token.kind == TokenKind::kIn ? "N"
               : token.kind == TokenKind::kIf ? "?"
                                              : "";
    }
    return shown;
  };
  EXPECT_EQ(words("a=[for k, v in [for x in y : x if z] : k if v]"), "FNFN??");
  EXPECT_EQ(words("a={\nfor k\nin x : k => v...\nif if\n}\n"), "FN?");
  EXPECT_EQ(words("a=[for, in, if]\nfor = 1\nb = { for = 1, if = in }"), "");
  EXPECT_EQ(words("a=[for x, in in in : if]"), "FN");
  EXPECT_EQ(words("a=(for x in y)"), "");
  EXPECT_EQ(words("a=[for x in y : x.* if x * if]"), "FN?");
}

TEST(LayoutTest, LastCommasGo) {
  EXPECT_EQ(LayOutText("a=[1,]\nb={x=1,\n}\nc=f(1,)"), "a=[1]¶b={x=1}¶c=f(1)¶");
  EXPECT_EQ(LayOutText("a=[,]\nb=f(a...,)\nc=(1,)\nd=a[1,]\ne=f()[1,]"),
            "a=[,]¶b=f(a...,)¶c=(1,)¶d=a[1,]¶e=f()[1,]¶");
  EXPECT_EQ(LayOutText("a=[1,,]\nb=[for x in y:x,]"), "a=[1,]¶b=[FORxiny:x,]¶");
}

TEST(LayoutTest, InterpolationsAreBrackets) {
  EXPECT_EQ(LayOutText("a=\"${\n[1\nb = (2]\n}\"\n"),
            "a=\"${[1b=(2<)>]}\"¶ P1007@13");
  EXPECT_EQ(LayOutText("a=\"${ (1 }\"\nb=\"${ 1] }\"\n"),
            "a=\"${(1<)>}\"¶b=\"${1}\"¶ P1007@6 P1008@19");
  const std::string deepest = "a=\"${" + std::string(127, '[');
  const std::string close = std::string(127, ']') + "}\"";
  EXPECT_EQ(LayOutText(deepest + close), deepest + close + "¶");
  EXPECT_EQ(LayOutText(deepest + "[" + "]" + close), " P1031@132");
}

TEST(LayoutTest, UnclosedListsEndBeforeTheNextItem) {
  EXPECT_EQ(LayOutText("a=[1,(2\nb=3\n"), "a=[1,(2<)><]>¶b=3¶ P1007@2");
  EXPECT_EQ(LayOutText("a=[1,\n\nb \"l\" {\n}\n"),
            "a=[1,<]>¶b\"l\"{¶}¶ P1007@2");
  EXPECT_EQ(LayOutText("b {\na=(1\n}\n"), "b{¶a=(1<)>¶}¶ P1007@6");
  EXPECT_EQ(LayOutText("a=[1"), "a=[1<]>¶ P1007@2");
}

TEST(LayoutTest, LinesOfAForExpressionAreNoItems) {
  EXPECT_EQ(LayOutText("a=[for x\nin {b=1} : x\nif {c=2}.c]\n"),
            "a=[FORxin{b=1}:xif{c=2}.c]¶");
}

TEST(LayoutTest, StrayClosersAreDropped) {
  EXPECT_EQ(LayOutText("a=1]\n}\nb=2\n"), "a=1¶b=2¶ P1008@3 P1008@5");
  EXPECT_EQ(LayOutText("b {\na=1)\n}\n"), "b{¶a=1¶}¶ P1008@7");
}

TEST(LayoutTest, IndentationTellsWhichBraceIsMissing) {
  EXPECT_EQ(LayOutText("b {\n  x=1\nc {\n  y=2\n}\n"),
            "b{¶x=1¶<}>¶c{¶y=2¶}¶ P1007@2");
  EXPECT_EQ(LayOutText("b {\n  c {\n    x=1\n  y=2\n}\n"),
            "b{¶c{¶x=1¶<}>¶y=2¶}¶ P1007@8");
  EXPECT_EQ(LayOutText("a = {\n  x=1\nb=2\n"), "a={x=1¶<}>¶b=2¶ P1007@4");
}

TEST(LayoutTest, IndentationIsNotBelievedWhereItMakesNoSense) {
  EXPECT_EQ(LayOutText("b {\nx=1\nc {\ny=2\n}\n"),
            "b{¶x=1¶c{¶y=2¶}¶<}>¶ P1007@2");
}

TEST(LayoutTest, DepthIsLimited) {
  const std::string deepest(128, '[');
  EXPECT_EQ(LayOutText("a=" + deepest + std::string(128, ']')),
            "a=" + deepest + std::string(128, ']') + "¶");
  EXPECT_EQ(LayOutText("a=" + deepest + "[\n"), " P1031@130");
}

TEST(LayoutTest, TokensKnowTheirDepth) {
  const std::string text = "b {\nx=[1]\n}\n";
  diag::Sink sink;
  std::string levels;
  for (const Token& token : LayOut(0, text, Scan(0, text, sink), sink)) {
    levels += std::to_string(token.level);
  }
  EXPECT_EQ(levels,
            "00"
            "1"
            "11121"
            "1"
            "00"
            "0");
}

}  // namespace
}  // namespace pol::syntax
