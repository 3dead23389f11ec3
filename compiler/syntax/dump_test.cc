#include "compiler/syntax/dump.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/diag/sink.h"
#include "compiler/support/source.h"
#include "compiler/syntax/parse.h"

namespace pol::syntax {
namespace {

std::string DumpOf(const char* text) {
  support::SourceSet sources;
  support::FileId file = sources.Add("a.pol", text);
  diag::Sink sink;
  return Dump(Parse(file, sources, sink));
}

TEST(DumpTest, BlocksAndValues) {
  EXPECT_EQ(DumpOf("a \"b\" c {\n"
                   "  s = \"x\\ty\"\n"
                   "  n = [1, true, null]\n"
                   "  inner { t = workload.pg[0] }\n"
                   "  o = { k = \"v\", \"l\" : 2 }\n"
                   "}\n"),
            "a \"b\" \"c\"\n"
            "  s = \"x\\ty\"\n"
            "  n = [1, true, null]\n"
            "  o = {\"k\" = \"v\", \"l\" = 2}\n"
            "  inner\n"
            "    t = workload.pg[0]\n");
}

// Of an expression alone.
std::string Expr(const std::string& text) {
  std::string dump = DumpOf(("a = " + text + "\n").c_str());
  EXPECT_EQ(dump.substr(0, 4), "a = ");
  return dump.substr(4, dump.size() - 5);
}

TEST(DumpTest, OperatorsBindAsInHcl) {
  EXPECT_EQ(Expr("a || b && c == d < e + f * g"),
            "(a || (b && (c == (d < (e + (f * g))))))");
  EXPECT_EQ(Expr("a * b + c < d == e && f || g"),
            "((((((a * b) + c) < d) == e) && f) || g)");
  EXPECT_EQ(Expr("a - b - c + d"), "(((a - b) - c) + d)");
  EXPECT_EQ(Expr("a / b % c * d"), "(((a / b) % c) * d)");
  EXPECT_EQ(Expr("a <= b >= c > d != e"), "((((a <= b) >= c) > d) != e)");
  EXPECT_EQ(Expr("(a + b) * c"), "((a + b) * c)");
  EXPECT_EQ(Expr("!a && -b.c * --d"), "((!a) && ((-b.c) * (-(-d))))");
  EXPECT_EQ(Expr("-1 - -2"), "(-1 - -2)");
  EXPECT_EQ(Expr("- 1.5 + -1.5"), "(-1.5 + -1.5)");
  EXPECT_EQ(Expr("5-3"), "(5 - 3)");
}

TEST(DumpTest, Conditionals) {
  EXPECT_EQ(Expr("a || b ? c + 1 : d ? e : f"),
            "((a || b) ? (c + 1) : (d ? e : f))");
  EXPECT_EQ(Expr("a ? b ? c : d : e"), "(a ? (b ? c : d) : e)");
}

TEST(DumpTest, CallsAndIndexes) {
  EXPECT_EQ(Expr("f()"), "f()");
  EXPECT_EQ(Expr("f(\n1,\n[2], g(x)...\n)"), "f(1, [2], g(x)...)");
  EXPECT_EQ(Expr("f(1,)"), "f(1)");
  EXPECT_EQ(Expr("a[\"b c\"].d[0].1[-2]"), "a[\"b c\"].d[0][1][-2]");
  EXPECT_EQ(Expr("a[b].c[1]"), "a[b].c[1]");
  EXPECT_EQ(Expr("(a).b"), "a.b");
  EXPECT_EQ(Expr("[1, 2][0]"), "[1, 2][0]");
  EXPECT_EQ(Expr("f(x).y[z]"), "f(x).y[z]");
  EXPECT_EQ(Expr("{a = 1}.a"), "{\"a\" = 1}.a");
  EXPECT_EQ(Expr("a[1.5]"), "a[1.5]");
}

TEST(DumpTest, Splats) {
  EXPECT_EQ(Expr("a.*.b.0.c"), "attributes(a, _.b[0].c)");
  EXPECT_EQ(Expr("a.*.b[0].c"), "attributes(a, _.b)[0].c");
  EXPECT_EQ(Expr("a[*].b[0].c"), "splat(a, _.b[0].c)");
  EXPECT_EQ(Expr("a[*]"), "splat(a, _)");
  EXPECT_EQ(Expr("a.b[*].c[*].d"), "splat(a.b, splat(_.c, _.d))");
  EXPECT_EQ(Expr("a[*].b.*.c[1]"), "splat(a, attributes(_.b, _.c)[1])");
  EXPECT_EQ(Expr("a.*.b[*].c"), "splat(attributes(a, _.b), _.c)");
}

TEST(DumpTest, ASignIsTheSameWithABlankBehindIt) {
  EXPECT_EQ(Expr("-1.5"), "-1.5");
  EXPECT_EQ(Expr("- 1.5"), "-1.5");
  EXPECT_EQ(Expr("- 1"), "-1");
  EXPECT_EQ(Expr("--1.5"), "(--1.5)");
  EXPECT_EQ(Expr("- - 1.5"), "(--1.5)");
}

TEST(DumpTest, ForExpressions) {
  EXPECT_EQ(Expr("[for x in y : x]"), "[for x in y : x]");
  EXPECT_EQ(Expr("[\nfor i, x in y :\n x + i\n if x > 1\n]"),
            "[for i, x in y : (x + i) if (x > 1)]");
  EXPECT_EQ(Expr("{for k, v in m : v => k... if v}"),
            "{for k, v in m : v => k... if v}");
  EXPECT_EQ(Expr("{for v in m : v => v...}"), "{for v in m : v => v...}");
  EXPECT_EQ(Expr("[for x in y : x.*\n if {a = x}.a]"),
            "[for x in y : attributes(x, _) if {\"a\" = x}.a]");
}

TEST(DumpTest, KeysOfObjects) {
  EXPECT_EQ(Expr("{ a = 1, (b) = 2, \"c${d}\" : 3\n 4 = 5, f(x) = 6 }"),
            "{\"a\" = 1, (b) = 2, \"c${d}\" = 3, 4 = 5, f(x) = 6}");
  EXPECT_EQ(Expr("{ true = 1, for = 2, if = 3 }"),
            "{\"true\" = 1, \"for\" = 2, \"if\" = 3}");
}

TEST(DumpTest, Templates) {
  EXPECT_EQ(Expr(R"("a${b}c")"), R"("a${b}c")");
  EXPECT_EQ(Expr(R"("${b}")"), R"("${b}")");
  EXPECT_EQ(Expr(R"("\"${"x${1 + 2}"}$${y}")"), R"("\"${"x${(1 + 2)}"}${y}")");
  EXPECT_EQ(Expr(R"("a  ${~ b ~}  c")"), R"("a${b}c")");
  EXPECT_EQ(Expr(R"("  ${~ b}")"), R"("${b}")");
  EXPECT_EQ(Expr("<<E\n  a\n  ${b}\n  c\nE"), R"("  a\n  ${b}\n  c\n")");
  EXPECT_EQ(Expr("<<-E\n  a\n    ${b}\n  c\n  E"), R"("a\n  ${b}\nc\n")");
  EXPECT_EQ(Expr("<<-E\n    a\n${b}\n  c\n  E"), R"("    a\n${b}\n  c\n")");
}

TEST(DumpTest, BrokenValueShows) {
  EXPECT_EQ(DumpOf("x = \ny = 1\n"), "x = <invalid>\ny = 1\n");
}

}  // namespace
}  // namespace pol::syntax
