#include "compiler/lsp/cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace pol::lsp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Where = Cursor::Where;

// `|` is the cursor.
class CursorTest : public testing::Test {
 protected:
  Cursor At(std::string text) {
    const size_t offset = text.find('|');
    text_ = text.erase(offset, 1);
    return CursorAt(text_, static_cast<uint32_t>(offset));
  }
  std::string text_;
};

TEST_F(CursorTest, Items) {
  Cursor cursor = At("pol|icy");
  EXPECT_EQ(cursor.where, Where::kItem);
  EXPECT_EQ(cursor.word, 0u);
  EXPECT_THAT(cursor.blocks, IsEmpty());

  cursor =
      At("policy \"x\" {\n  port = 1 # a\n  tls {\n    min_version = \"\"\n"
         "  }\n  pro|\n}\n");
  EXPECT_EQ(cursor.where, Where::kItem);
  EXPECT_THAT(cursor.blocks, ElementsAre("policy"));
  EXPECT_THAT(cursor.written, ElementsAre("port"));

  cursor = At("policy x {\n  tls {\n  |");
  EXPECT_THAT(cursor.blocks, ElementsAre("policy", "tls"));
  EXPECT_EQ(At("a = <<-E\n text }\n  E\n|").where, Where::kItem);
  EXPECT_EQ(At("a = [\n]\n|").where, Where::kItem);
}

TEST_F(CursorTest, Headers) {
  EXPECT_EQ(At("policy |").where, Where::kHeader);
  EXPECT_EQ(At("policy \"a|\" {").where, Where::kHeader);
}

TEST_F(CursorTest, Values) {
  Cursor cursor = At("policy x {\n  protocol = \"t|\"\n}");
  EXPECT_EQ(cursor.where, Where::kValue);
  EXPECT_EQ(cursor.attribute, "protocol");
  EXPECT_TRUE(cursor.quoted);
  EXPECT_EQ(text_.substr(cursor.word), "t\"\n}");

  cursor = At("policy x {\n  a = 1\n  source = [identity.a, workload.fi|");
  EXPECT_EQ(cursor.where, Where::kValue);
  EXPECT_EQ(cursor.attribute, "source");
  EXPECT_EQ(cursor.root, "workload");
  EXPECT_THAT(cursor.written, ElementsAre("a"));
  EXPECT_EQ(text_.substr(cursor.word), "fi");

  cursor = At("locals {\n  a = {\n    b = local.|\n  }\n}");
  EXPECT_EQ(cursor.attribute, "a");
  EXPECT_EQ(cursor.root, "local");
  EXPECT_FALSE(At("a = local.b.|").one_step);
}

TEST_F(CursorTest, Templates) {
  Cursor cursor = At("a = \"x $${ ${upper(\"a}\") ${ local.b|");
  EXPECT_EQ(cursor.where, Where::kValue);
  EXPECT_EQ(cursor.root, "local");
  EXPECT_FALSE(cursor.quoted);
  EXPECT_EQ(At("a = <<E\n ${var.|").root, "var");
  EXPECT_TRUE(At("a = \"${local.b} |\"").quoted);
}

TEST_F(CursorTest, Nowhere) {
  for (const char* text : {"a = 1 # com|ment\n", "// |", "/* a\n |b */",
                           "a = <<E\n te|xt\nE\n", "a = `raw |`"}) {
    EXPECT_EQ(At(text).where, Where::kNowhere) << text;
  }
}

// A block where lines begin is in no other.
TEST_F(CursorTest, WhatWasLeftOpen) {
  EXPECT_THAT(At("policy \"a\" {\n  port = [\npolicy \"b\" {\n  |").blocks,
              ElementsAre("policy"));
}

TEST_F(CursorTest, AnyText) {
  const std::string pieces[] = {"{", "}", "\"", "${", "<<E\n", "E",  "[",
                                ")", "`", "/*", "=",  "a",     "\n", "\\"};
  uint32_t random = 1;
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      random = random * 1664525 + 1013904223;
      text += pieces[(random >> 16) % std::size(pieces)];
    }
    for (uint32_t at = 0; at <= text.size(); ++at) {
      EXPECT_LE(CursorAt(text, at).word, at) << text;
    }
  }
}

}  // namespace
}  // namespace pol::lsp
