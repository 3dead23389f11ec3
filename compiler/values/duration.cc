#include "compiler/values/duration.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "compiler/support/view.h"

namespace pol::values {
namespace {

struct Unit {
  std::string_view name;
  int64_t seconds;
};

constexpr std::array<Unit, 5> kUnits = {
    {{"w", 7 * 86400}, {"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}}};
constexpr int64_t kLimit = int64_t{100} * 365 * 86400;

absl::Status NotADuration(std::string_view text, std::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("`", support::ToAbsl(text),
                   "` is not a duration: ", support::ToAbsl(why)));
}

// Takes leading characters for which `is` holds off `rest`.
template <typename Predicate>
std::string_view Take(std::string_view& rest, Predicate is) {
  auto end = std::find_if_not(rest.begin(), rest.end(), is);
  std::string_view taken =
      rest.substr(0, static_cast<size_t>(end - rest.begin()));
  rest.remove_prefix(taken.size());
  return taken;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string WhyNoUnit(std::string_view unit, std::string_view number) {
  if (unit.empty()) {
    return absl::StrCat("a number needs its unit, as in `",
                        support::ToAbsl(number), "s`");
  }
  if (unit == "ms" || unit == "us" || unit == "ns") {
    return "it is counted in whole seconds";
  }
  return absl::StrCat("`", support::ToAbsl(unit),
                      "` is not a unit; `w`, `d`, `h`, `m` and `s` are");
}

}  // namespace

absl::StatusOr<Duration> Duration::Parse(std::string_view text) {
  if (text.empty()) {
    return NotADuration(text, "write one as in `90s`, `1h30m` or `7d`");
  }
  Duration duration;
  auto next_unit = kUnits.begin();
  for (std::string_view rest = text; !rest.empty();) {
    std::string_view number = Take(rest, IsDigit);
    if (number.empty()) {
      return NotADuration(text, "write one as in `90s`, `1h30m` or `7d`");
    }
    if (!rest.empty() && rest[0] == '.') {
      return NotADuration(text, "it has no fractions");
    }
    std::string_view name = Take(rest, [](char c) {
      return absl::ascii_isalpha(static_cast<unsigned char>(c));
    });
    auto unit =
        std::find_if(kUnits.begin(), kUnits.end(),
                     [&](const Unit& known) { return known.name == name; });
    if (unit == kUnits.end()) {
      return NotADuration(text, WhyNoUnit(name, number));
    }
    if (unit < next_unit) {
      return NotADuration(text,
                          "the largest unit comes first, and each only once");
    }
    next_unit = unit + 1;
    int64_t count = 0;
    for (char digit : number) {
      count = std::min(count * 10 + (digit - '0'), kLimit + 1);
    }
    duration.seconds += std::min(count * unit->seconds, kLimit + 1);
    if (duration.seconds > kLimit) {
      return NotADuration(text, "it is longer than 100 years");
    }
  }
  return duration;
}

std::string Duration::ToString() const {
  if (seconds == 0) return "0s";
  std::string text;
  int64_t rest = seconds;
  for (const Unit& unit : kUnits) {
    if (unit.name == "w" || rest < unit.seconds) continue;
    absl::StrAppend(&text, rest / unit.seconds, support::ToAbsl(unit.name));
    rest %= unit.seconds;
  }
  return text;
}

}  // namespace pol::values
