// Input made to break a compiler: each gets clear errors and nothing else
// happens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/diag/render.h"
#include "compiler/diag/sink.h"
#include "tests/golden/stages.h"

namespace pol::golden {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

std::string Repeat(const std::string& text, size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

std::vector<std::string> Codes(const driver::Compilation& run) {
  std::vector<std::string> codes;
  for (const auto& diagnostic : run.diagnostics) {
    codes.push_back(diagnostic.code->Name());
  }
  return codes;
}

std::string Report(const driver::Compilation& run) {
  return diag::RenderText(run.diagnostics, run.sources, {});
}

TEST(HostileTest, NestedBracketsAreOneError) {
  for (const std::string bracket : {"[", "{", "(", "{a=", "[(", "b {\n"}) {
    const auto run = Compile("deep.pol", "a = " + Repeat(bracket, 100000));
    EXPECT_THAT(Codes(run), ElementsAre("P1031")) << bracket;
  }
}

TEST(HostileTest, NestedBlocksAreOneError) {
  const auto run =
      Compile("deep.pol", Repeat("b {\n", 100000) + Repeat("}\n", 100000));
  EXPECT_THAT(Codes(run), ElementsAre("P1031"));
}

TEST(HostileTest, NestedConditionalsAreOneError) {
  const auto run = Compile("deep.pol", "a = " + Repeat("x ? y : ", 100000));
  EXPECT_THAT(Codes(run), ElementsAre("P1031"));
}

TEST(HostileTest, NestedInterpolationsAreOneError) {
  const auto run = Compile("deep.pol", "a = " + Repeat("\"${", 100000) + "1" +
                                           Repeat("}\"", 100000) + "\n");
  EXPECT_THAT(Codes(run), ElementsAre("P1031"));
}

TEST(HostileTest, LongChainsAreOneError) {
  for (const std::string link :
       {"1 + ", "!", "- ", "(1) * ", "1 || ", "1 < ", "-1 - !"}) {
    const auto run = Compile(
        "long.pol", "locals {\n  a = " + Repeat(link, 100000) + "1\n}\n");
    EXPECT_THAT(Codes(run), ElementsAre("P1033")) << link;
  }
  for (const std::string link : {"[*]", ".*", "[b]", "[*][b]", "[*].c.*"}) {
    const auto run = Compile(
        "long.pol", "locals {\n  a = (1)" + Repeat(link, 100000) + "\n}\n");
    EXPECT_THAT(Codes(run), ElementsAre(link == ".*" ? "P1027" : "P1033"))
        << link;
  }
}

TEST(HostileTest, ManySplatsInBracketsInSplatsAreSurvived) {
  const std::string half = "x" + Repeat("[*]", 600) + "[";
  const auto run = Compile("long.pol", "locals {\n  a = " + Repeat(half, 120) +
                                           "1" + Repeat("]", 120) + "\n}\n");
  EXPECT_THAT(Codes(run), ElementsAre("P1033"));
}

TEST(HostileTest, LongReferencesAreFlat) {
  const auto run =
      Compile("flat.pol", "locals {\n  a = x" + Repeat(".y", 100000) + "\n}\n");
  EXPECT_THAT(Codes(run), ElementsAre("P2003"));
}

TEST(HostileTest, LimitOfLengthIsExact) {
  auto sum = [](size_t operators) {
    return "locals {\n  a = 1" + Repeat(" + 1", operators) + "\n}\n";
  };
  EXPECT_THAT(Codes(Compile("l.pol", sum(999))), testing::IsEmpty());
  EXPECT_THAT(Codes(Compile("l.pol", sum(1000))), ElementsAre("P1033"));
}

// Every line begins something that only the end of the file could end; reading
// on from each of them would cost the square of their number.
TEST(HostileTest, ManyUnclosedInterpolationsStayFast) {
  for (const std::string line :
       {"a = \"${\n", "a = \"${ {\n", "a = \"${ <<E\n", "a = <<E\n${\n",
        "a = \"${ /* \n", "\"${ '\"${ \n"}) {
    const auto run = Compile("u.pol", Repeat(line, 100000));
    EXPECT_THAT(run.diagnostics, testing::Not(testing::IsEmpty())) << line;
  }
}

TEST(HostileTest, LimitOfNestingIsExact) {
  auto nested = [](size_t depth) {
    return "locals {\n  a = " + Repeat("[", depth) + Repeat("]", depth) +
           "\n}\n";
  };
  EXPECT_THAT(Codes(Compile("d.pol", nested(127))), testing::IsEmpty());
  EXPECT_THAT(Codes(Compile("d.pol", nested(128))), ElementsAre("P1031"));
  auto interpolated = [](size_t depth) {
    return "locals {\n  a = " + Repeat("\"${", depth) + "1" +
           Repeat("}\"", depth) + "\n}\n";
  };
  EXPECT_THAT(Codes(Compile("d.pol", interpolated(127))), testing::IsEmpty());
  EXPECT_THAT(Codes(Compile("d.pol", interpolated(128))), ElementsAre("P1031"));
  auto chosen = [](size_t depth) {
    return "locals {\n  a = " + Repeat("true ? 1 : ", depth) + "1\n}\n";
  };
  EXPECT_THAT(Codes(Compile("d.pol", chosen(127))), testing::IsEmpty());
  EXPECT_THAT(Codes(Compile("d.pol", chosen(128))), ElementsAre("P1031"));
  auto looped = [](size_t depth) {
    return "locals {\n  a = " + Repeat("[for x in [] : ", depth) + "1" +
           Repeat("]", depth) + "\n}\n";
  };
  EXPECT_THAT(Codes(Compile("d.pol", looped(126))), testing::IsEmpty());
  EXPECT_THAT(Codes(Compile("d.pol", looped(127))), ElementsAre("P1031"));
}

TEST(HostileTest, FileThatIsTooLargeIsNotRead) {
  const auto run = Compile("large.pol", Repeat("a = \"\x01\xFF\"\n", 2 << 20));
  EXPECT_THAT(Codes(run), ElementsAre("P1030"));
  EXPECT_THAT(Report(run), HasSubstr("at most 8388608 are read"));
}

TEST(HostileTest, LargestFileIsRead) {
  const size_t limit = size_t{8} << 20;
  const auto run = Compile("limit.pol", std::string(limit, '\n'));
  EXPECT_THAT(Codes(run), testing::IsEmpty());
}

TEST(HostileTest, ErrorsEnd) {
  const auto run = Compile("junk.pol", Repeat("= 1\n", 100000));
  const std::vector<std::string> codes = Codes(run);
  ASSERT_THAT(codes, SizeIs(201));
  EXPECT_EQ(codes.back(), "P1032");
}

TEST(HostileTest, BinaryFilesAreOneError) {
  std::string bytes;
  for (int i = 0; i < 1 << 16; ++i) {
    bytes += static_cast<char>((i * 2654435761u) >> 13);
  }
  EXPECT_THAT(Codes(Compile("b.pol", bytes)), SizeIs(1));
  EXPECT_THAT(Codes(Compile("n.pol", std::string(1000, '\0'))),
              ElementsAre("P1021"));
}

TEST(HostileTest, PositionOfABadByteIsTold) {
  const auto run = Compile("u.pol", "a = 1\nb = \"\xC0\x80\"\n");
  EXPECT_THAT(Report(run),
              testing::AllOf(HasSubstr("u.pol:2:6"), HasSubstr("<0xC0>")));
  const auto nul = Compile("n.pol", std::string("a = 1\nb = \"\0\"\n", 13));
  EXPECT_THAT(Report(nul),
              testing::AllOf(HasSubstr("n.pol:2:6"), HasSubstr("U+0000")));
}

TEST(HostileTest, NoControlByteReachesTheTerminal) {
  const std::string text =
      "policy \"\\u001b[31m\" {\n  a\x1b[2J = \"\xE2\x80\xAE\"\n}\n"
      "'\xE2\x80\xAE' = \x7F\n";
  const auto run = Compile("t\x1b.pol", text);
  std::vector<int> bytes;
  for (unsigned char c : Report(run)) bytes.push_back(c);
  EXPECT_THAT(bytes, Each(testing::AllOf(Not(0x1B), Not(0x7F))));
  EXPECT_THAT(Report(run), Not(HasSubstr("\xE2\x80\xAE")));
}

TEST(HostileTest, LongLineIsShownAroundItsCarets) {
  const auto run = Compile(
      "w.pol", "locals {\n  a = \"" + Repeat("x", 1 << 20) + "\" 1\n}\n");
  EXPECT_THAT(Codes(run), ElementsAre("P1004"));
  EXPECT_LT(Report(run).size(), 1000u);
}

TEST(HostileTest, LongChainOfConstantsEnds) {
  std::string text = "locals {\n";
  for (int i = 0; i < 20000; ++i) {
    text +=
        "  a" + std::to_string(i) + " = local.a" + std::to_string(i + 1) + "\n";
  }
  text += "  a20000 = local.a0\n}\n";
  EXPECT_THAT(Codes(Compile("c.pol", text)), ElementsAre("P2009"));
}

TEST(HostileTest, ManyErrorsOnOneLineStayFast) {
  const auto run =
      Compile("p.pol",
              "policy \"a\" {\n  source = \"spiffe://a/b\"\n  target = "
              "\"spiffe://a/c\"\n  ports = [" +
                  Repeat("0,", 1 << 19) + "]\n}\n");
  EXPECT_THAT(run.diagnostics, SizeIs(diag::Sink::kLimit));
  EXPECT_GT(run.diagnostics_left_out, 0u);
}

TEST(HostileTest, EveryPrefixOfAFileIsSurvived) {
  const std::string text =
      "policy \"a\" {\n  source = [identity.x, local.y[0]]\n  tls { "
      "min_version "
      "= \"1.3\" }\n  reason = <<-EOT\n    text\n    EOT\n}\nlocals {\n  y = { "
      "a = 1, \"b\" : [1, `r`] } /* c */\n  z = \"a${~ f(1, [for k, v in x : "
      "\"${v}\" if !k]...)[*].b ~}c\" == <<E\n${1 + -2}\nE\n}\n";
  for (size_t length = 0; length <= text.size(); ++length) {
    const auto run = Compile("prefix.pol", text.substr(0, length));
    EXPECT_THAT(Report(run), Not(HasSubstr("expecting")));
  }
}

}  // namespace
}  // namespace pol::golden
