#include "compiler/eval/number.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace pol::eval {
namespace {

constexpr int64_t kMax = std::numeric_limits<int64_t>::max();
constexpr int64_t kMin = std::numeric_limits<int64_t>::min();

std::string RoundTrip(std::string_view text) {
  const std::optional<Number> number = Number::Parse(text);
  return number.has_value() ? number->ToString() : "none";
}

Number Of(std::string_view text) { return Number::Parse(text).value(); }

std::string Text(const std::optional<Number>& number) {
  return number.has_value() ? number->ToString() : "none";
}

TEST(NumberTest, PrintsTheShortestTextThatReadsBack) {
  EXPECT_EQ(RoundTrip("0"), "0");
  EXPECT_EQ(RoundTrip("-0"), "0");
  EXPECT_EQ(RoundTrip("-0.0"), "0");
  EXPECT_EQ(RoundTrip("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(RoundTrip("9223372036854775808"), "9223372036854775808");
  EXPECT_EQ(RoundTrip("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(RoundTrip("3.20"), "3.2");
  EXPECT_EQ(RoundTrip("-0.001"), "-0.001");
  EXPECT_EQ(RoundTrip("1.5e3"), "1500");
  EXPECT_EQ(RoundTrip("1E30"), "1000000000000000000000000000000");
  EXPECT_EQ(RoundTrip("12e-3"), "0.012");
  EXPECT_EQ(
      RoundTrip(
          "3.14159265358979323846264338327950288419716939937510582097494459"),
      "3.14159265358979323846264338327950288419716939937510582097494459");
}

TEST(NumberTest, ReadsNothingElse) {
  for (const char* text :
       {"", "-", "+1", " 1", "1 ", "1.", ".5", "1e", "1e+", "0x10", "inf",
        "nan", "1_000", "1,5", "1e400", "-1e-400", "1e99999999999999999999"}) {
    EXPECT_EQ(RoundTrip(text), "none") << text;
  }
}

TEST(NumberTest, IsAnIntegerWheneverItCan) {
  EXPECT_EQ(Of("2.0").integer(), 2);
  EXPECT_EQ(Add(Of("0.5"), Of("0.5"))->integer(), 1);
  EXPECT_EQ(Of("2.5").integer(), std::nullopt);
  EXPECT_FALSE(Of("2.5").is_whole());
  EXPECT_TRUE(Of("1e30").is_whole());
  EXPECT_EQ(Of("1e30").integer(), std::nullopt);
}

TEST(NumberTest, Computes) {
  EXPECT_EQ(Text(Add(2, Of("3.5"))), "5.5");
  EXPECT_EQ(Text(Subtract(2, Of("3.5"))), "-1.5");
  EXPECT_EQ(Text(Multiply(2, Of("4.5"))), "9");
  EXPECT_EQ(Text(Divide(1, 10)), "0.1");
  EXPECT_EQ(Text(Divide(10, 5)), "2");
  EXPECT_EQ(Text(Divide(1, 0)), "none");
  EXPECT_EQ(Text(Negate(kMin)), "9223372036854775808");
  EXPECT_EQ(Text(Add(kMax, 1)), "9223372036854775808");
  EXPECT_EQ(Text(Multiply(kMax, 2)), "18446744073709551614");
  EXPECT_EQ(Text(Subtract(Of("9223372036854775808"), 1)),
            "9223372036854775807");
  EXPECT_EQ(Text(Multiply(Of("1e200"), Of("1e200"))), "none");
}

TEST(NumberTest, RemainderHasTheSignOfTheDividend) {
  EXPECT_EQ(Text(Remainder(11, 5)), "1");
  EXPECT_EQ(Text(Remainder(-11, 5)), "-1");
  EXPECT_EQ(Text(Remainder(11, -5)), "1");
  EXPECT_EQ(Text(Remainder(kMin, -1)), "0");
  EXPECT_EQ(Text(Remainder(1, 0)), "none");
  EXPECT_EQ(Text(Remainder(Of("7.5"), 2)), "1.5");
  // 5.1 is not a binary fraction: the error of 512 bits shows in the end.
  EXPECT_EQ(Text(Remainder(11, Of("5.1"))),
            "0.8" + std::string(152, '0') + "24");
}

TEST(NumberTest, Compares) {
  EXPECT_LT(Number(1), Of("1.5"));
  EXPECT_LT(Of("-1e30"), Number(kMin));
  EXPECT_EQ(Of("0.10"), Of("0.1"));
  EXPECT_NE(Of("0.1"), Of("0.2"));
  EXPECT_TRUE(Of("-0.5").is_negative());
  EXPECT_FALSE(Number(0).is_negative());
}

TEST(NumberTest, RoundsToWholeNumbers) {
  EXPECT_EQ(Of("1.5").Floor().integer(), 1);
  EXPECT_EQ(Of("-1.5").Floor().integer(), -2);
  EXPECT_EQ(Of("1.5").Ceil().integer(), 2);
  EXPECT_EQ(Of("-1.5").Ceil().integer(), -1);
  EXPECT_EQ(Number(7).Ceil().integer(), 7);
  EXPECT_DOUBLE_EQ(Of("0.1").ToDouble(), 0.1);
}

}  // namespace
}  // namespace pol::eval
