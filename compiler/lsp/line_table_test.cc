#include "compiler/lsp/line_table.h"

#include <gtest/gtest.h>

#include <string>

namespace pol::lsp {
namespace {

TEST(LineTableTest, EveryLineEnd) {
  const LineTable lines("a\nb\r\nc\rd");
  EXPECT_EQ(lines.PositionAt(0, Encoding::kUtf16), (Position{0, 0}));
  EXPECT_EQ(lines.PositionAt(2, Encoding::kUtf16), (Position{1, 0}));
  EXPECT_EQ(lines.PositionAt(5, Encoding::kUtf16), (Position{2, 0}));
  EXPECT_EQ(lines.PositionAt(7, Encoding::kUtf16), (Position{3, 0}));
  EXPECT_EQ(lines.OffsetAt({2, 1}, Encoding::kUtf16), 6u);
}

// "é" has two bytes and one unit of UTF-16, "𐐷" four and two.
TEST(LineTableTest, CountsUnits) {
  const std::string text = "\xC3\xA9 \xF0\x90\x90\xB7 x";
  const LineTable lines(text);
  EXPECT_EQ(lines.PositionAt(8, Encoding::kUtf16), (Position{0, 5}));
  EXPECT_EQ(lines.PositionAt(8, Encoding::kUtf8), (Position{0, 8}));
  EXPECT_EQ(lines.OffsetAt({0, 5}, Encoding::kUtf16), 8u);
  EXPECT_EQ(lines.OffsetAt({0, 8}, Encoding::kUtf8), 8u);
}

TEST(LineTableTest, InsideACharacterMeansItsBeginning) {
  const std::string text = "a\xF0\x90\x90\xB7z";
  const LineTable lines(text);
  EXPECT_EQ(lines.OffsetAt({0, 2}, Encoding::kUtf16), 1u);
  EXPECT_EQ(lines.OffsetAt({0, 3}, Encoding::kUtf8), 1u);
  EXPECT_EQ(lines.PositionAt(3, Encoding::kUtf16), (Position{0, 1}));
}

TEST(LineTableTest, WhatIsOutsideIsCut) {
  const LineTable lines("ab\r\ncd");
  EXPECT_EQ(lines.OffsetAt({0, 99}, Encoding::kUtf16), 2u);
  EXPECT_EQ(lines.OffsetAt({1, 99}, Encoding::kUtf16), 6u);
  EXPECT_EQ(lines.OffsetAt({7, 0}, Encoding::kUtf16), 6u);
  EXPECT_EQ(lines.PositionAt(99, Encoding::kUtf16), (Position{1, 2}));
  EXPECT_EQ(LineTable("").OffsetAt({0, 5}, Encoding::kUtf8), 0u);
}

TEST(LineTableTest, ThereAndBack) {
  const std::string text =
      "\xC3\xA9\n\n\xF0\x90\x90\xB7"
      "a\r\n\xE4\xB8\xAD";
  const LineTable lines(text);
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16}) {
    for (uint32_t offset = 0; offset <= text.size(); ++offset) {
      const bool begins =
          offset == text.size() ||
          (static_cast<unsigned char>(text[offset]) & 0xC0) != 0x80;
      const bool in_line_end = offset > 0 && offset < text.size() &&
                               text[offset - 1] == '\r' && text[offset] == '\n';
      if (!begins || in_line_end) continue;
      EXPECT_EQ(lines.OffsetAt(lines.PositionAt(offset, encoding), encoding),
                offset);
    }
  }
}

// What is not UTF-8 has positions, too.
TEST(LineTableTest, AnyBytes) {
  const LineTable lines("\x80\xFF\xC3");
  EXPECT_EQ(lines.OffsetAt({0, 3}, Encoding::kUtf16), 3u);
}

}  // namespace
}  // namespace pol::lsp
