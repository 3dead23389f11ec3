#include "compiler/values/port_range.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

std::string RoundTrip(std::string_view text) {
  absl::StatusOr<PortRange> range = PortRange::Parse(text);
  return range.ok() ? range->ToString() : std::string(range.status().message());
}

TEST(PortRangeTest, PrintsWhatItParsed) {
  for (const char* text : {"1", "65535", "6432-6439", "any"})
    EXPECT_EQ(RoundTrip(text), text);
  EXPECT_EQ(RoundTrip("1-65535"), "any");
  EXPECT_EQ(RoundTrip("80-80"), "80");
}

TEST(PortRangeTest, Contains) {
  PortRange range = *PortRange::Parse("10-20");
  EXPECT_FALSE(range.Contains(9));
  EXPECT_TRUE(range.Contains(10));
  EXPECT_TRUE(range.Contains(20));
  EXPECT_FALSE(range.Contains(21));
}

TEST(PortRangeTest, SaysWhatIsWrong) {
  EXPECT_THAT(RoundTrip("0"), HasSubstr("1 to 65535"));
  EXPECT_THAT(RoundTrip("65536"), HasSubstr("1 to 65535"));
  EXPECT_THAT(RoundTrip("20-10"), HasSubstr("write `10-20`"));
  for (const char* text : {"", "-", "1-", "-1", "+1", " 1", "http", "999999"}) {
    EXPECT_THAT(RoundTrip(text), HasSubstr("not a port number")) << text;
  }
}

TEST(PortRangeTest, OfAProtocol) {
  EXPECT_EQ(PortsOf(Protocol::kSctp), PortRange::Any());
  EXPECT_EQ(PortsOf(Protocol::kIcmp), PortRange::None());
  EXPECT_TRUE(PortRange::None().Contains(0));
  EXPECT_FALSE(PortRange::None().Contains(1));
  EXPECT_EQ(ToString(Protocol::kTcp, 5432), "tcp/5432");
  EXPECT_EQ(ToString(Protocol::kUdp, PortRange::Any()), "udp/any");
  EXPECT_EQ(ToString(Protocol::kIcmp, 0), "icmp");
  EXPECT_EQ(RoundTrip("none"), "`none` is not a port number");
}

}  // namespace
}  // namespace pol::values
