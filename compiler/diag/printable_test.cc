#include "compiler/diag/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace pol::diag {
namespace {

TEST(DecodeUtf8Test, TakesEveryLength) {
  EXPECT_EQ(DecodeUtf8("a").value, 0x61u);
  EXPECT_EQ(DecodeUtf8("\xC3\xA9").value, 0xE9u);
  EXPECT_EQ(DecodeUtf8("\xE2\x82\xAC").value, 0x20ACu);
  EXPECT_EQ(DecodeUtf8("\xF4\x8F\xBF\xBF").value, 0x10FFFFu);
  EXPECT_EQ(DecodeUtf8("\xF4\x8F\xBF\xBFx").length, 4u);
}

TEST(DecodeUtf8Test, IsStrict) {
  for (std::string bad :
       {"", "\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "\xC3 "}) {
    EXPECT_EQ(DecodeUtf8(bad).length, 0u) << MakePrintable(bad).text;
  }
}

TEST(PrintableTest, MeasuresCells) {
  EXPECT_EQ(MakePrintable("abc").columns, 3u);
  EXPECT_EQ(MakePrintable("\t").columns, 4u);
  EXPECT_EQ(MakePrintable("日本").columns, 4u);
  EXPECT_EQ(MakePrintable("e\u0301").columns, 1u);
}

TEST(PrintableTest, SpellsWhatCouldMislead) {
  EXPECT_EQ(MakePrintable("\x1b[2J").text, "<U+001B>[2J");
  EXPECT_EQ(MakePrintable("\u202E").text, "<U+202E>");
  EXPECT_EQ(MakePrintable("\u200B").text, "<U+200B>");
  EXPECT_EQ(MakePrintable("\u009B").text, "<U+009B>");
  EXPECT_EQ(MakePrintable("\xFF").text, "<0xFF>");
  EXPECT_EQ(MakePrintable("\xFF").columns, 6u);
  EXPECT_EQ(MakePrintable(std::string_view("\0", 1)).text, "<U+0000>");
}

}  // namespace
}  // namespace pol::diag
