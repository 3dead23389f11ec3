#include "compiler/lsp/framing.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pol::lsp {
namespace {

std::vector<std::string> ReadAll(MessageReader& reader) {
  std::vector<std::string> all;
  while (auto message = reader.Next()) {
    all.push_back(message->error.empty() ? message->content
                                         : "error: " + message->error);
  }
  return all;
}

TEST(FramingTest, ReadsWhatItWrites) {
  MessageReader reader;
  reader.Feed(Frame("{}") + Frame("") + Frame("[1]"));
  EXPECT_EQ(ReadAll(reader), (std::vector<std::string>{"{}", "", "[1]"}));
}

TEST(FramingTest, TakesPiecesOfAnySize) {
  const std::string bytes = Frame("{\"a\":1}") + Frame("second");
  for (size_t piece = 1; piece < bytes.size(); ++piece) {
    MessageReader reader;
    std::vector<std::string> all;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      reader.Feed(std::string_view(bytes).substr(at, piece));
      for (std::string& content : ReadAll(reader)) all.push_back(content);
    }
    EXPECT_EQ(all, (std::vector<std::string>{"{\"a\":1}", "second"}))
        << "pieces of " << piece;
  }
}

TEST(FramingTest, OtherFieldsAndOtherCaseAreFine) {
  MessageReader reader;
  reader.Feed(
      "Content-Type: application/vscode-jsonrpc; charset=utf-8\r\n"
      "content-length:  2 \r\n\r\n{}");
  EXPECT_EQ(ReadAll(reader), std::vector<std::string>{"{}"});
}

TEST(FramingTest, SkipsWhatIsTooLarge) {
  const size_t size = kMessageLimit + 10;
  MessageReader reader;
  reader.Feed(absl::StrCat("Content-Length: ", size, "\r\n\r\n123"));
  EXPECT_EQ(ReadAll(reader).size(), 1u);
  const std::string piece(size_t{1} << 20, 'x');
  for (size_t left = size - 3; left > 0;) {
    const size_t now = std::min(left, piece.size());
    reader.Feed(std::string_view(piece).substr(0, now));
    EXPECT_TRUE(ReadAll(reader).empty());
    left -= now;
  }
  reader.Feed(Frame("next"));
  EXPECT_EQ(ReadAll(reader), std::vector<std::string>{"next"});
}

TEST(FramingTest, GoesOnBehindABrokenHeader) {
  for (const std::string header :
       {"Content-Length: 99999999999999999999999\r\n\r\n",
        "Content-Length: -1\r\n\r\n", "Content-Length: 0x10\r\n\r\n",
        "Content-Length:\r\n\r\n", "Length: 3\r\n\r\nabc", "\r\n\r\n"}) {
    MessageReader reader;
    reader.Feed(header + "{\"rest\": 1}" + Frame("next"));
    const std::vector<std::string> all = ReadAll(reader);
    ASSERT_EQ(all.size(), 2u) << header;
    EXPECT_EQ(all[0].substr(0, 6), "error:") << header;
    EXPECT_EQ(all[1], "next") << header;
  }
}

TEST(FramingTest, KeepsNoGarbage) {
  MessageReader reader;
  int errors = 0;
  for (int i = 0; i < 200; ++i) {
    reader.Feed(std::string(1000, '\xFF'));
    errors += static_cast<int>(ReadAll(reader).size());
  }
  EXPECT_EQ(errors, 1);
  reader.Feed(Frame("next"));
  EXPECT_EQ(ReadAll(reader), std::vector<std::string>{"next"});
}

}  // namespace
}  // namespace pol::lsp
