#include "compiler/values/timestamp.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

absl::Status NotAMoment(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(
      "`", support::ToAbsl(text), "` is not a moment: ", support::ToAbsl(why)));
}

// Whether `text` has the form of `pattern`, in which 0 stands for any digit.
bool HasForm(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    bool digit = text[i] >= '0' && text[i] <= '9';
    if (pattern[i] == '0' ? !digit : text[i] != pattern[i]) return false;
  }
  return true;
}

int Number(std::string_view digits) {
  int value = 0;
  for (char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

struct Clock {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

absl::StatusOr<absl::CivilDay> ParseDay(std::string_view text,
                                        std::string_view date) {
  int year = Number(date.substr(0, 4));
  int month = Number(date.substr(5, 2));
  int day = Number(date.substr(8, 2));
  if (month < 1 || month > 12) {
    return NotAMoment(text, absl::StrCat("there is no month ", month));
  }
  absl::CivilDay civil(year, month, day);  // carries what is too much
  if (day < 1 || civil.month() != month) {
    int last = (absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1).day();
    return NotAMoment(text, absl::StrCat("this month has no day ", day,
                                         ", its last is the ", last));
  }
  if (year < 1970) return NotAMoment(text, "its year is before 1970");
  return civil;
}

absl::StatusOr<Clock> ParseClock(std::string_view text, std::string_view time) {
  Clock clock = {Number(time.substr(0, 2)), Number(time.substr(3, 2)),
                 Number(time.substr(6, 2))};
  if (clock.hour == 24) {
    return NotAMoment(text, "midnight is `00:00:00` of the next day");
  }
  if (clock.hour > 23) {
    return NotAMoment(text, absl::StrCat("there is no hour ", clock.hour));
  }
  if (clock.minute > 59) {
    return NotAMoment(text, absl::StrCat("there is no minute ", clock.minute));
  }
  if (clock.second == 60) {
    return NotAMoment(text, "leap seconds are not counted");
  }
  if (clock.second > 59) {
    return NotAMoment(text, absl::StrCat("there is no second ", clock.second));
  }
  return clock;
}

int64_t UnixSeconds(absl::CivilDay day, Clock clock) {
  absl::CivilSecond second(day.year(), day.month(), day.day(), clock.hour,
                           clock.minute, clock.second);
  return second - absl::CivilSecond(1970, 1, 1);
}

// What stands behind "…T00:00:00" must be "Z".
absl::Status CheckZone(std::string_view text, std::string_view zone,
                       int64_t seconds) {
  if (zone == "Z") return absl::OkStatus();
  if (zone.empty()) return NotAMoment(text, "write its `Z`, for UTC");
  if (zone == "z") return NotAMoment(text, "its `Z` is upper-case");
  if (zone[0] == '.' || zone[0] == ',') {
    return NotAMoment(text, "it is counted in whole seconds");
  }
  if (HasForm(zone, "+00:00") || HasForm(zone, "-00:00")) {
    int minutes = Number(zone.substr(1, 2)) * 60 + Number(zone.substr(4, 2));
    int64_t offset = minutes * (zone[0] == '-' ? -60 : 60);
    return NotAMoment(
        text, absl::StrCat("write it in UTC, as `",
                           Timestamp{seconds - offset}.ToString(), "`"));
  }
  return NotAMoment(text, "it ends in `Z`, for UTC");
}

}  // namespace

absl::StatusOr<Timestamp> Timestamp::Parse(std::string_view text) {
  constexpr std::string_view kDate = "0000-00-00";
  constexpr std::string_view kTime = "00:00:00";
  constexpr std::string_view kHowTo =
      "write one as in `2027-06-30` or `2027-06-30T00:00:00Z`";
  if (!HasForm(text.substr(0, kDate.size()), kDate)) {
    return NotAMoment(text, kHowTo);
  }
  POL_ASSIGN_OR_RETURN(absl::CivilDay day,
                       ParseDay(text, text.substr(0, kDate.size())));
  std::string_view rest = text.substr(kDate.size());
  if (rest.empty()) return Timestamp{UnixSeconds(day, {})};
  if (rest[0] == 't' || rest[0] == ' ') {
    return NotAMoment(text, "a `T` stands between date and time");
  }
  if (rest[0] != 'T' || !HasForm(rest.substr(1, kTime.size()), kTime)) {
    return NotAMoment(text, kHowTo);
  }
  POL_ASSIGN_OR_RETURN(Clock clock,
                       ParseClock(text, rest.substr(1, kTime.size())));
  int64_t seconds = UnixSeconds(day, clock);
  POL_RETURN_IF_ERROR(CheckZone(text, rest.substr(1 + kTime.size()), seconds));
  return Timestamp{seconds};
}

std::string Timestamp::ToString() const {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

}  // namespace pol::values
