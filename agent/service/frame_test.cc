#include "agent/service/frame.h"

#include <gtest/gtest.h>

namespace pol::service {
namespace {

TEST(FrameReaderTest, PutsMessagesTogetherByteByByte) {
  std::string stream = Frame("one") + Frame("") + Frame(std::string(300, 'x'));
  FrameReader reader;
  std::vector<std::string> messages;
  for (char byte : stream) {
    reader.Append({&byte, 1});
    auto next = reader.Next();
    ASSERT_TRUE(next.ok());
    if (*next) messages.push_back(**next);
  }
  EXPECT_EQ(messages,
            (std::vector<std::string>{"one", "", std::string(300, 'x')}));
  EXPECT_TRUE(reader.empty());
}

TEST(FrameReaderTest, WantsNoMoreThanTheMessage) {
  FrameReader reader;
  EXPECT_EQ(*reader.Wanted(), kFrameHeader);
  std::string frame = Frame("12345");
  reader.Append(frame.substr(0, 3));
  EXPECT_EQ(*reader.Wanted(), 1u);
  reader.Append(frame.substr(3, 2));
  EXPECT_EQ(*reader.Wanted(), 4u);
  reader.Append(frame.substr(5));
  EXPECT_EQ(*reader.Wanted(), 0u);
}

TEST(FrameReaderTest, LengthBeyondTheLimitIsRefusedAtOnce) {
  FrameReader reader(10);
  reader.Append(std::string("\x0b\0\0\0", 4));
  EXPECT_TRUE(absl::IsResourceExhausted(reader.Next().status()));
  EXPECT_TRUE(absl::IsResourceExhausted(reader.Wanted().status()));
  FrameReader at_limit(10);
  at_limit.Append(Frame(std::string(10, 'x')));
  EXPECT_EQ(**at_limit.Next(), std::string(10, 'x'));
}

}  // namespace
}  // namespace pol::service
