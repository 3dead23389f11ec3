#include "compiler/values/cidr.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

std::string RoundTrip(std::string_view text) {
  absl::StatusOr<Cidr> cidr = Cidr::Parse(text);
  return cidr.ok() ? cidr->ToString() : std::string(cidr.status().message());
}

TEST(CidrTest, PrintsWhatItParsed) {
  for (const char* text : {"10.0.0.0/8", "10.0.0.1", "0.0.0.0/0", "::/0",
                           "2001:db8::/32", "fd87::1", "192.168.1.128/25"}) {
    EXPECT_EQ(RoundTrip(text), text);
  }
  EXPECT_EQ(RoundTrip("10.0.0.1/32"), "10.0.0.1");
}

TEST(CidrTest, MappedAddressesAreIpv4) {
  EXPECT_EQ(RoundTrip("::ffff:10.0.0.1"), "10.0.0.1");
  EXPECT_EQ(RoundTrip("::ffff:10.0.0.0/104"), "10.0.0.0/8");
  EXPECT_EQ(RoundTrip("::/0"), "::/0");
}

TEST(CidrTest, BytesAreTheSignificantOnes) {
  EXPECT_EQ(Cidr::Parse("10.0.0.1")->bytes(),
            std::string_view("\x0a\0\0\x01", 4));
  EXPECT_EQ(Cidr::Parse("::1")->bytes().size(), 16u);
}

TEST(CidrTest, Contains) {
  Cidr ten = *Cidr::Parse("10.0.0.0/8");
  EXPECT_TRUE(ten.Contains(*Cidr::Parse("10.255.0.1")));
  EXPECT_TRUE(ten.Contains(ten));
  EXPECT_FALSE(ten.Contains(*Cidr::Parse("11.0.0.0")));
  EXPECT_FALSE(ten.Contains(*Cidr::Parse("0.0.0.0/0")));
  EXPECT_FALSE(ten.Contains(*Cidr::Parse("::/0")));
}

TEST(CidrTest, SaysWhatIsWrong) {
  EXPECT_THAT(RoundTrip("10.0.0"), HasSubstr("not an IP address"));
  EXPECT_THAT(RoundTrip("10.0.0.1/8"), HasSubstr("the block is `10.0.0.0/8`"));
  EXPECT_THAT(RoundTrip("10.0.0.0/33"), HasSubstr("0 to 32"));
  EXPECT_THAT(RoundTrip("::/129"), HasSubstr("0 to 128"));
  EXPECT_THAT(RoundTrip("10.0.0.0/"), HasSubstr("prefix length"));
  EXPECT_THAT(RoundTrip("10.0.0.0/+8"), HasSubstr("prefix length"));
  EXPECT_THAT(RoundTrip(std::string_view("10.0.0.1\0x", 10)),
              HasSubstr("not an IP"));
}

}  // namespace
}  // namespace pol::values
