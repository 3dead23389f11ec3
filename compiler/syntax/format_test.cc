#include "compiler/syntax/format.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/support/source.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

std::string Formatted(const std::string& text) {
  support::SourceSet sources;
  diag::Sink sink;
  const auto formatted = Format(sources.Add("a.pol", text), sources, sink);
  return formatted ? *formatted : "refused: " + sink.Sorted().at(0).message;
}

TEST(FormatTest, OpenBracketsIndent) {
  EXPECT_EQ(Formatted("a {\nb = [\n1,\n[2,\n3],\n]\n\n      c {}\n}\n"),
            "a {\n  b = [\n    1,\n    [2,\n    3],\n  ]\n\n  c {}\n}\n");
  // Two brackets of one line are one step, closed when both are.
  EXPECT_EQ(Formatted("a = [{\nb = 1\n}]\n"), "a = [{\n  b = 1\n}]\n");
  EXPECT_EQ(Formatted("a = [[\n1\n],\n2\n]\n"), "a = [[\n  1\n  ],\n  2\n]\n");
}

TEST(FormatTest, NeighboursHaveTheirBlanks) {
  EXPECT_EQ(Formatted("a   \"b\"{\n}\n"), "a \"b\" {\n}\n");
  EXPECT_EQ(Formatted("a {b=1}\nc { }\n"), "a { b = 1 }\nc {}\n");
  EXPECT_EQ(Formatted("a=[ 1,2 , - 3 ]\n"), "a = [1, 2, -3]\n");
  EXPECT_EQ(Formatted("a = x . y [ 0 ] . z\n"), "a = x.y[0].z\n");
  EXPECT_EQ(Formatted("a = {b=1,c:2}\n"), "a = { b = 1, c : 2 }\n");
  EXPECT_EQ(Formatted("a\t=\t`(/.*)? `   \n"), "a = `(/.*)? `\n");
  EXPECT_EQ(Formatted("a = /* b */1/* c */\n"), "a = /* b */ 1 /* c */\n");
}

TEST(FormatTest, RunsOfLinesAreAligned) {
  EXPECT_EQ(Formatted("a = 1 # x\nbcd = 22\nef = 3 # y\ng = \"long\" // z\n"),
            "a   = 1 # x\nbcd = 22\nef  = 3      # y\ng   = \"long\" // z\n");
  // An empty line, a comment alone and a value of several lines end a run.
  EXPECT_EQ(Formatted("a=1\nbcd=2\n\nef=3\n# x\ng=[\n4]\nhij=5\n"),
            "a   = 1\nbcd = 2\n\nef = 3\n# x\ng = [\n4]\nhij = 5\n");
  EXPECT_EQ(Formatted("é=1\nab=2\n"), "é  = 1\nab = 2\n");
  EXPECT_EQ(Formatted("x {# a\ny=1# b\n}# c\n"),
            "x {     # a\n  y = 1 # b\n}       # c\n");
}

TEST(FormatTest, WhatIsInsideTokensStays) {
  const std::string heredoc = "a = <<-E\n    b   {\n  c\n    E\n";
  EXPECT_EQ(Formatted("  " + heredoc), heredoc);
  EXPECT_EQ(Formatted("a {\n/* b\n c */\n}\n"), "a {\n  /* b\n c */\n}\n");
  EXPECT_EQ(Formatted("a = \"x   {  [\"\n"), "a = \"x   {  [\"\n");
  EXPECT_EQ(Formatted("a=1\r\n# b\r\n\r\n"), "a = 1\r\n# b\r\n\r\n");
}

TEST(FormatTest, Expressions) {
  EXPECT_EQ(Formatted("a=b+c*- 1\n"), "a = b + c * -1\n");
  EXPECT_EQ(Formatted("a=b-c\nd=b -c\n"), "a = b-c\nd = b - c\n");
  EXPECT_EQ(Formatted("a=! b?c:[d ] [ 0 ]\n"), "a = !b ? c : [d][0]\n");
  EXPECT_EQ(Formatted("a=f ( b,c ... ) . d\n"), "a = f(b, c...).d\n");
  EXPECT_EQ(Formatted("a=[for k,v in[b]:k if v]\n"),
            "a = [for k, v in [b] : k if v]\n");
  EXPECT_EQ(Formatted("a={for k in b:k=>k...}\n"),
            "a = { for k in b : k => k... }\n");
  EXPECT_EQ(Formatted("a=b.* .c[ * ]\n"), "a = b.*.c[*]\n");
}

TEST(FormatTest, Templates) {
  EXPECT_EQ(Formatted("a=\" ${ b }  ${ {c=1} }\"\n"),
            "a = \" ${b}  ${ { c = 1 } }\"\n");
  EXPECT_EQ(Formatted("a=\"${~ \"${ b }\" ~}\"\n"), "a = \"${~\"${b}\"~}\"\n");
  const std::string text = " ${b}\n\n  $${ c }  \n   E\n";
  EXPECT_EQ(Formatted("a=<<E\n" + text), "a = <<E\n" + text);
  // Where HCL would put `d` below `a`.
  EXPECT_EQ(Formatted("a {\nb=<<E\n${f(\n1)}\nE\nd=1\n}\n"),
            "a {\n  b = <<E\n${f(\n  1)}\nE\n  d = 1\n}\n");
}

TEST(FormatTest, NumbersStayWhatTheyAre) {
  EXPECT_EQ(Formatted("a=5 . 5\n"), "a = 5. 5\n");
  EXPECT_EQ(Formatted("a=b.5 . 5\n"), "a = b.5.5\n");
  EXPECT_EQ(Formatted("a=1-1\nb= - 1\n"), "a = 1 - 1\nb = -1\n");
}

TEST(FormatTest, NothingIsAddedAtTheEnd) {
  EXPECT_EQ(Formatted(""), "");
  EXPECT_EQ(Formatted("\n\n"), "\n\n");
  EXPECT_EQ(Formatted("a=1"), "a = 1");
  EXPECT_EQ(Formatted("a=1\n  "), "a = 1\n");
  EXPECT_EQ(Formatted("a=1 #b"), "a = 1 #b");
}

TEST(FormatTest, ABrokenFileIsRefused) {
  EXPECT_EQ(Formatted("a = \n").substr(0, 8), "refused:");
}

TEST(FormatTest, ALayoutBeyondTheLimitIsRefused) {
  std::string text = std::string(3000, 'a') + " = 1\n";
  for (int i = 0; i < 3000; ++i) text += "b = 1\n";
  EXPECT_EQ(Formatted(text).substr(0, 36),
            "refused: formatted, this file would ");
  EXPECT_EQ(FormatValid(text).size(), 3001 * 3005u);
}

}  // namespace
}  // namespace pol::syntax
