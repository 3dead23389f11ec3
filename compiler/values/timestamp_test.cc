#include "compiler/values/timestamp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

namespace pol::values {
namespace {

using ::testing::HasSubstr;

// The canonical text, or the message.
std::string Canonical(std::string_view text) {
  absl::StatusOr<Timestamp> moment = Timestamp::Parse(text);
  return moment.ok() ? moment->ToString()
                     : std::string(moment.status().message());
}

TEST(TimestampTest, UnixSeconds) {
  EXPECT_EQ(Timestamp::Parse("1970-01-01T00:00:00Z")->unix_seconds, 0);
  EXPECT_EQ(Timestamp::Parse("2027-06-30T00:00:00Z")->unix_seconds, 1814313600);
  EXPECT_EQ(Timestamp::Parse("2027-06-30")->unix_seconds, 1814313600);
  EXPECT_EQ(Timestamp::Parse("2000-02-29T23:59:59Z")->unix_seconds, 951868799);
}

TEST(TimestampTest, AgreesWithTheSystem) {
  for (int64_t seconds = 0; seconds < int64_t{250000000000};
       seconds += 1234567890) {
    time_t time = seconds;
    std::tm parts = {};
    gmtime_r(&time, &parts);
    char text[64];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    absl::StatusOr<Timestamp> moment = Timestamp::Parse(text);
    ASSERT_TRUE(moment.ok()) << text;
    EXPECT_EQ(moment->unix_seconds, seconds);
    EXPECT_EQ(moment->ToString(), text);
  }
}

TEST(TimestampTest, PrintsOneForm) {
  EXPECT_EQ(Canonical("2027-06-30"), "2027-06-30T00:00:00Z");
  EXPECT_EQ(Canonical("9999-12-31T23:59:59Z"), "9999-12-31T23:59:59Z");
}

TEST(TimestampTest, SaysWhatIsWrong) {
  EXPECT_THAT(Canonical(""), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("tomorrow"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("2027-6-30"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("2027-06-30T00:00Z"), HasSubstr("write one as"));
  EXPECT_THAT(Canonical("2027-13-01"), HasSubstr("no month 13"));
  EXPECT_THAT(Canonical("2027-00-01"), HasSubstr("no month 0"));
  EXPECT_THAT(Canonical("2027-06-31"),
              HasSubstr("no day 31, its last is the 30"));
  EXPECT_THAT(Canonical("2027-02-29"),
              HasSubstr("no day 29, its last is the 28"));
  EXPECT_THAT(Canonical("2100-02-29"),
              HasSubstr("no day 29, its last is the 28"));
  EXPECT_THAT(Canonical("2027-06-00"), HasSubstr("no day 0"));
  EXPECT_THAT(Canonical("1969-12-31"), HasSubstr("before 1970"));
  EXPECT_THAT(Canonical("2027-06-30T24:00:00Z"), HasSubstr("next day"));
  EXPECT_THAT(Canonical("2027-06-30T25:00:00Z"), HasSubstr("no hour 25"));
  EXPECT_THAT(Canonical("2027-06-30T00:60:00Z"), HasSubstr("no minute 60"));
  EXPECT_THAT(Canonical("2016-12-31T23:59:60Z"), HasSubstr("leap seconds"));
  EXPECT_THAT(Canonical("2027-06-30T00:00:61Z"), HasSubstr("no second 61"));
  EXPECT_THAT(Canonical("2027-06-30T00:00:00"), HasSubstr("write its `Z`"));
  EXPECT_THAT(Canonical("2027-06-30T00:00:00z"), HasSubstr("upper-case"));
  EXPECT_THAT(Canonical("2027-06-30 00:00:00Z"), HasSubstr("a `T` stands"));
  EXPECT_THAT(Canonical("2027-06-30T00:00:00.5Z"), HasSubstr("whole seconds"));
  EXPECT_THAT(Canonical("2027-06-30T00:00:00UTC"), HasSubstr("ends in `Z`"));
}

TEST(TimestampTest, NamesTheSameMomentInUtc) {
  EXPECT_THAT(Canonical("2027-06-30T00:00:00+08:00"),
              HasSubstr("as `2027-06-29T16:00:00Z`"));
  EXPECT_THAT(Canonical("2027-06-30T23:30:00-02:30"),
              HasSubstr("as `2027-07-01T02:00:00Z`"));
}

}  // namespace
}  // namespace pol::values
