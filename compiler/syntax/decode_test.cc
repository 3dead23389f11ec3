#include "compiler/syntax/decode.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/syntax/scan.h"

namespace pol::syntax {
namespace {

// The value of the first token of a text; what is wrong with it otherwise.
std::string Decode(const std::string& text) {
  diag::Sink sink;
  const auto tokens = Scan(0, text, sink);
  const auto value = DecodeString(0, text, tokens[0], sink);
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

TEST(DecodeStringTest, TemplatesAreRefusedOnce) {
  EXPECT_EQ(Decode(R"("${a} ${b}")"), "! P1040");
  EXPECT_EQ(Decode(R"("%{if a}x%{endif}")"), "! P1046");
  EXPECT_EQ(Decode(R"("${f("}")}")"), "! P1040");
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
  EXPECT_EQ(Decode("<<E\n${a}\n${b}\nE\n"), "! P1040");
}

TEST(DecodeStringTest, FlushHeredocsLoseSharedIndentation) {
  EXPECT_EQ(Decode("<<-E\n    a\n      b\n    c\n  E\n"), "a\n  b\nc\n");
  EXPECT_EQ(Decode("<<-E\n    a\n  b\n    c\n  E\n"), "  a\nb\n  c\n");
  EXPECT_EQ(Decode("<<-E\n\ta\n  b\nE\n"), "a\n b\n");
  EXPECT_EQ(Decode("<<-E\n    a\n\n    b\nE\n"), "a\n\nb\n");
  // An em space is one character of indentation.
  EXPECT_EQ(Decode("<<-E\n  \u2003\u2003 a\n    b\nE\n"), " a\nb\n");
}

}  // namespace
}  // namespace pol::syntax
