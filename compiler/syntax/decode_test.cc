#include "compiler/syntax/decode.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "compiler/syntax/scan.h"

namespace pol::syntax {
namespace {

// The value of the first token of a text; what is wrong with it otherwise.
std::string Decode(const std::string& text,
                   Dialect dialect = Dialect::kPolicy) {
  diag::Sink sink;
  const auto tokens = Scan(0, text, sink);
  const auto value = DecodeString({0, text, sink, dialect}, tokens[0]);
  if (value.has_value()) return *value;
  std::string codes = "!";
  for (const auto& diagnostic : sink.Sorted()) {
    codes.append(1, ' ').append(diagnostic.code->Name());
  }
  return codes;
}

TEST(DecodeStringTest, Escapes) {
  EXPECT_EQ(Decode(R"("plain é")"), "plain é");
  EXPECT_EQ(Decode(R"("\n\r\t\"\\")"), "\n\r\t\"\\");
  EXPECT_EQ(Decode(R"("\u00e9\U0001F600\u20AC")"), "é\U0001F600€");
  EXPECT_EQ(Decode(R"("$${a} %%{b} $$ $ % 100%")"), "${a} %{b} $$ $ % 100%");
  EXPECT_EQ(Decode(R"("")"), "");
}

TEST(DecodeStringTest, BadEscapes) {
  EXPECT_EQ(Decode(R"("\x")"), "! P1011");
  EXPECT_EQ(Decode(R"("\u12")"), "! P1011");
  EXPECT_EQ(Decode(R"("\ud800")"), "! P1011");
  EXPECT_EQ(Decode(R"("\U00110000")"), "! P1011");
  EXPECT_EQ(Decode(R"("\u0000\q")"), "! P1011 P1011");
}

TEST(DecodeStringTest, HclTakesWhatCannotBeSeenAndNormalizes) {
  EXPECT_EQ(Decode(R"("\u200b")"), "! P1011");
  EXPECT_EQ(Decode(R"("\u200b")", Dialect::kHcl), "\u200b");
  EXPECT_EQ(Decode("\"a\u200db\"", Dialect::kHcl), "a\u200db");
  EXPECT_EQ(Decode("\"e\u0301\"", Dialect::kHcl), "é");
  EXPECT_EQ(Decode("<<E\ne\u0301\nE\n", Dialect::kHcl), "é\n");
}

TEST(DecodeStringTest, RawStringsAreRaw) {
  EXPECT_EQ(Decode(R"(`a\n${b}"`)"), R"(a\n${b}")");
  EXPECT_EQ(Decode("``"), "");
}

TEST(DecodeStringTest, HeredocsKeepTheirLines) {
  EXPECT_EQ(Decode("<<EOT\nEOT\n"), "");
  EXPECT_EQ(Decode("<<EOT\n  a\n\n b \\n \"q\"\n  EOT\n"),
            "  a\n\n b \\n \"q\"\n");
  EXPECT_EQ(Decode("<<EOT\na\r\nb\r\nEOT\r\n"), "a\nb\n");
  EXPECT_EQ(Decode("<<EOT\n NOT EOT\nEOTX\nEOT"), " NOT EOT\nEOTX\n");
  EXPECT_EQ(Decode("<<E\n$${a} %%{b}\nE\n"), "${a} %{b}\n");
}

TEST(DecodeStringTest, FlushHeredocsLoseSharedIndentation) {
  EXPECT_EQ(Decode("<<-E\n    a\n      b\n    c\n  E\n"), "a\n  b\nc\n");
  EXPECT_EQ(Decode("<<-E\n    a\n  b\n    c\n  E\n"), "  a\nb\n  c\n");
  EXPECT_EQ(Decode("<<-E\n\ta\n  b\nE\n"), "a\n b\n");
  EXPECT_EQ(Decode("<<-E\n    a\n\n    b\nE\n"), "a\n\nb\n");
  // An em space is one character of indentation.
  EXPECT_EQ(Decode("<<-E\n  \u2003\u2003 a\n    b\nE\n"), " a\nb\n");
  // Lines of blanks neither count nor change.
  EXPECT_EQ(Decode("<<-E\n    a\n \n      \n    b\nE\n"), "a\n \n      \nb\n");
  EXPECT_EQ(Decode("<<-E\n \n  \nE\n"), " \n  \n");
}

TEST(RemoveIndentationTest, LineThatBeginsWithAnInterpolationHasNone) {
  std::vector<TemplatePiece> pieces = {
      {true, "  a\n"}, {false, ""}, {true, "\n"}, {true, "   b\n"}};
  RemoveIndentation(pieces);
  EXPECT_EQ(pieces[0].text, "  a\n");
  EXPECT_EQ(pieces[3].text, "   b\n");
}

TEST(RemoveIndentationTest, BlanksBeforeAnInterpolationCount) {
  std::vector<TemplatePiece> pieces = {
      {true, "    a\n"}, {true, "  "}, {false, ""}, {true, "  c\n"}};
  RemoveIndentation(pieces);
  EXPECT_EQ(pieces[0].text, "  a\n");
  EXPECT_EQ(pieces[1].text, "");
  EXPECT_EQ(pieces[3].text, "  c\n") << "does not begin a line";
}

TEST(TrimTest, AllWhiteSpaceIsTaken) {
  std::string text = " \t\n\u2003a b\u00A0\r\n ";
  TrimLeft(text);
  EXPECT_EQ(text, "a b\u00A0\r\n ");
  TrimRight(text);
  EXPECT_EQ(text, "a b");
  std::string blanks = " \u2003 ";
  TrimRight(blanks);
  EXPECT_EQ(blanks, "");
}

}  // namespace
}  // namespace pol::syntax
