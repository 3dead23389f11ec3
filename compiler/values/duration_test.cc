#include "compiler/values/duration.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

// The canonical text, or the message.
std::string Canonical(std::string_view text) {
  absl::StatusOr<Duration> duration = Duration::Parse(text);
  return duration.ok() ? duration->ToString()
                       : std::string(duration.status().message());
}

TEST(DurationTest, Seconds) {
  EXPECT_EQ(Duration::Parse("90s")->seconds, 90);
  EXPECT_EQ(Duration::Parse("1h30m")->seconds, 5400);
  EXPECT_EQ(Duration::Parse("7d")->seconds, 604800);
  EXPECT_EQ(Duration::Parse("1w2d3h4m5s")->seconds,
            604800 + 2 * 86400 + 3 * 3600 + 4 * 60 + 5);
  EXPECT_EQ(Duration::Parse("0s")->seconds, 0);
  EXPECT_EQ(Duration::Parse("36500d")->seconds, 3153600000);
}

TEST(DurationTest, PrintsOneForm) {
  EXPECT_EQ(Canonical("90s"), "1m30s");
  EXPECT_EQ(Canonical("1w"), "7d");
  EXPECT_EQ(Canonical("24h"), "1d");
  EXPECT_EQ(Canonical("0d"), "0s");
  EXPECT_EQ(Canonical("0001m"), "1m");
  EXPECT_EQ(Canonical(Canonical("100000s")), Canonical("100000s"));
}

TEST(DurationTest, SaysWhatIsWrong) {
  EXPECT_THAT(Canonical(""), HasSubstr("`` is not a duration: write one as"));
  EXPECT_THAT(Canonical("90"), HasSubstr("needs its unit, as in `90s`"));
  EXPECT_THAT(Canonical("1h30"), HasSubstr("needs its unit, as in `30s`"));
  EXPECT_THAT(Canonical("h"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("-1s"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("1.5h"), HasSubstr("no fractions"));
  EXPECT_THAT(Canonical("10ms"), HasSubstr("whole seconds"));
  EXPECT_THAT(Canonical("1y"), HasSubstr("`y` is not a unit"));
  EXPECT_THAT(Canonical("1H"), HasSubstr("`H` is not a unit"));
  EXPECT_THAT(Canonical("30m1h"), HasSubstr("largest unit comes first"));
  EXPECT_THAT(Canonical("1h1h"), HasSubstr("each only once"));
  EXPECT_THAT(Canonical("1h 30m"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("36500d1s"), HasSubstr("longer than 100 years"));
  EXPECT_THAT(Canonical(std::string(100, '9') + "w"),
              HasSubstr("longer than 100 years"));
}

}  // namespace
}  // namespace pol::values
