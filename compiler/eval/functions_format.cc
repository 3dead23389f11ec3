#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "compiler/eval/call.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"
#include "compiler/eval/json.h"
#include "compiler/eval/print.h"

namespace pol::eval {
namespace {

constexpr size_t kPrecisionLimit = 100;

// One `%…` of a format.
struct Verb {
  char letter = 0;
  bool zero = false;
  bool plus = false;
  bool minus = false;
  bool blank = false;
  bool sharp = false;
  size_t width = 0;
  std::optional<size_t> precision;
  std::optional<size_t> argument;  // `%[2]s`, from 1
  std::string_view text;           // as it is written
};

// Takes a format apart.
class Reader {
 public:
  explicit Reader(std::string_view format) : format_(format) {}

  bool AtEnd() const { return at_ == format_.size(); }

  // The text up to the next verb; `%%` is a `%`.
  std::string Literal() {
    std::string out;
    while (!AtEnd()) {
      if (format_[at_] != '%') {
        out += format_[at_++];
      } else if (format_.substr(at_).starts_with("%%")) {
        out += '%';
        at_ += 2;
      } else {
        break;
      }
    }
    return out;
  }

  Verb Next() {
    Verb out;
    const size_t begin = at_++;
    for (; !AtEnd(); ++at_) {
      const char c = format_[at_];
      if (c == '0') {
        out.zero = true;
      } else if (c == '+') {
        out.plus = true;
      } else if (c == '-') {
        out.minus = true;
      } else if (c == ' ') {
        out.blank = true;
      } else if (c == '#') {
        out.sharp = true;
      } else {
        break;
      }
    }
    out.width = Digits();
    if (!AtEnd() && format_[at_] == '.') {
      ++at_;
      out.precision = Digits();
    }
    if (!AtEnd() && format_[at_] == '[') {
      ++at_;
      out.argument = Digits();
      if (!AtEnd() && format_[at_] == ']') ++at_;
    }
    if (!AtEnd()) out.letter = format_[at_++];
    out.text = format_.substr(begin, at_ - begin);
    return out;
  }

 private:
  size_t Digits() {
    size_t out = 0;
    for (; !AtEnd() && format_[at_] >= '0' && format_[at_] <= '9'; ++at_) {
      out = std::min<size_t>(out * 10 + static_cast<size_t>(format_[at_] - '0'),
                             size_t{1} << 30);
    }
    return out;
  }

  std::string_view format_;
  size_t at_ = 0;
};

// Puts the arguments into a format, once.
class Formatter {
 public:
  // `first` is the position of the first value among the call's arguments.
  Formatter(Call& call, size_t first) : call_(call), first_(first) {}

  std::optional<std::string> Run(std::string_view format,
                                 absl::Span<const Value> values) {
    Reader reader(format);
    std::string out = reader.Literal();
    size_t next = 0;
    size_t used = 0;
    while (!reader.AtEnd()) {
      const Verb verb = reader.Next();
      if (verb.argument.has_value()) next = *verb.argument - 1;
      if (next >= values.size()) {
        call_.Error(0, diag::Cat("no value for `", verb.text, "`"),
                    "a percent sign that stands for itself is written %%");
        return std::nullopt;
      }
      argument_ = next;
      std::optional<std::string> piece = One(verb, values[next]);
      if (!piece.has_value()) return std::nullopt;
      out += *piece + reader.Literal();
      used = std::max(used, ++next);
      if (out.size() > call_.budget().limits().string) break;
    }
    if (reader.AtEnd() && used < values.size()) {
      argument_ = used;
      return Fail("the format does not use this value");
    }
    return out;
  }

 private:
  std::nullopt_t Fail(std::string message) {
    call_.Error(std::min(first_ + argument_, call_.size() - 1),
                std::move(message));
    return std::nullopt;
  }

  std::optional<std::string> One(const Verb& verb, const Value& value) {
    if (verb.precision.value_or(0) > kPrecisionLimit) {
      call_.Error(0, diag::Cat("a precision of more than ", kPrecisionLimit));
      return std::nullopt;
    }
    // Room for the blanks, before there are any.
    if (verb.width > call_.budget().limits().string) {
      call_.MayHoldBytes(verb.width);
      return std::nullopt;
    }
    std::optional<std::string> text;
    switch (verb.letter) {
      case 'v':
        text = AsIs(verb, value);
        break;
      case 's':
        text = TextOf(value);
        if (!text)
          return Fail(diag::Cat("`", verb.text, "` takes text, this is ",
                                Describe(value.kind())));
        break;
      case 'q':
        text = TextOf(value);
        if (!text)
          return Fail(diag::Cat("`", verb.text, "` takes text, this is ",
                                Describe(value.kind())));
        text = JsonQuote(*text);
        break;
      case 't':
        if (value.kind() != Kind::kBool) {
          return Fail(diag::Cat("`", verb.text, "` takes a boolean, this is ",
                                Describe(value.kind())));
        }
        text = TextOf(value);
        break;
      case 'b':
      case 'd':
      case 'o':
      case 'x':
      case 'X':
        text = Whole(verb, value);
        break;
      case 'e':
      case 'E':
      case 'f':
      case 'g':
      case 'G':
        text = Fraction(verb, value);
        break;
      default:
        call_.Error(
            0, diag::Cat("`", verb.text, "` is no verb"),
            "%s text, %d a whole number, %f a fraction, %x hexadecimal, "
            "%t a boolean, %q text in quotes, %v anything");
        return std::nullopt;
    }
    if (!text.has_value()) return std::nullopt;
    return Pad(verb, *std::move(text));
  }

  std::optional<std::string> AsIs(const Verb& verb, const Value& value) {
    if (!verb.sharp && value.kind() == Kind::kString) return value.as_string();
    const std::optional<std::string> json =
        ToJson(value, call_.budget().limits().string);
    if (json.has_value()) return json;
    return Fail("a reference has no text");
  }

  // A digit string with its sign.
  static std::string Signed(const Verb& verb, bool negative,
                            std::string digits) {
    const std::string_view sign = negative     ? "-"
                                  : verb.plus  ? "+"
                                  : verb.blank ? " "
                                               : "";
    if (verb.zero && !verb.minus && verb.width > sign.size() + digits.size()) {
      digits.insert(0, verb.width - sign.size() - digits.size(), '0');
    }
    return std::string(sign) + digits;
  }

  std::optional<std::string> Whole(const Verb& verb, const Value& value) {
    const std::optional<int64_t> number = value.as_integer();
    if (!number.has_value()) {
      return Fail(diag::Cat("`", verb.text, "` takes a whole number, this is ",
                            value.kind() == Kind::kNumber
                                ? value.as_number().ToString()
                                : std::string(Describe(value.kind()))));
    }
    const bool negative = *number < 0;
    const uint64_t magnitude = negative ? -static_cast<uint64_t>(*number)
                                        : static_cast<uint64_t>(*number);
    const int base = verb.letter == 'b'   ? 2
                     : verb.letter == 'o' ? 8
                     : verb.letter == 'd' ? 10
                                          : 16;
    char buffer[65];
    const auto [end, error] =
        std::to_chars(buffer, buffer + sizeof(buffer), magnitude, base);
    std::string digits(buffer, end);
    if (verb.letter == 'X') {
      for (char& c : digits) {
        if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
      }
    }
    if (verb.sharp && base == 16)
      digits.insert(0, verb.letter == 'X' ? "0X" : "0x");
    return Signed(verb, negative, std::move(digits));
  }

  std::optional<std::string> Fraction(const Verb& verb, const Value& value) {
    if (value.kind() != Kind::kNumber) {
      return Fail(diag::Cat("`", verb.text, "` takes a number, this is ",
                            Describe(value.kind())));
    }
    const double number = std::abs(value.as_number().ToDouble());
    const int precision = static_cast<int>(verb.precision.value_or(6));
    std::string digits;
    switch (verb.letter) {
      case 'e':
        digits = absl::StrFormat("%.*e", precision, number);
        break;
      case 'E':
        digits = absl::StrFormat("%.*E", precision, number);
        break;
      case 'f':
        digits = absl::StrFormat("%.*f", precision, number);
        break;
      default:
        digits = absl::StrFormat("%.*g", precision, number);
    }
    return Signed(verb, value.as_number().is_negative(), std::move(digits));
  }

  static std::string Pad(const Verb& verb, std::string text) {
    if (verb.precision.has_value() && verb.letter == 's') {
      const std::vector<size_t> bounds = CharacterBounds(text);
      text.resize(bounds[std::min(*verb.precision, bounds.size() - 1)]);
    }
    const size_t size = verb.width == 0 ? 0 : CountCharacters(text);
    if (verb.width <= size) return text;
    const std::string blanks(verb.width - size, ' ');
    return verb.minus ? text + blanks : blanks + text;
  }

  Call& call_;
  size_t first_;
  size_t argument_ = 0;
};

Value Format(Call& call) {
  const std::vector<Value> values(call.arguments().begin() + 1,
                                  call.arguments().end());
  std::optional<std::string> out =
      Formatter(call, 1).Run(call.String(0), values);
  if (!out.has_value()) return call.Invalid();
  return call.Text(*std::move(out));
}

Value FormatList(Call& call) {
  std::optional<size_t> count;
  for (size_t i = 1; i < call.size(); ++i) {
    if (!call[i].is_sequence()) continue;
    const size_t size = call.Elements(i).size();
    if (count.value_or(size) != size) {
      return call.Error(
          i, diag::Cat("the lists have ", *count, " and ", size, " elements"));
    }
    count = size;
  }
  if (!call.MayHoldElements(count.value_or(1))) return call.Invalid();
  std::vector<Value> out;
  for (size_t row = 0; row < count.value_or(1); ++row) {
    std::vector<Value> values;
    for (size_t i = 1; i < call.size(); ++i) {
      values.push_back(call[i].is_sequence() ? call.Elements(i)[row] : call[i]);
    }
    if (!call.MayTakeSteps(1 + call.String(0).size() / 16)) {
      return call.Invalid();
    }
    std::optional<std::string> text =
        Formatter(call, 1).Run(call.String(0), values);
    if (!text.has_value()) return call.Invalid();
    out.push_back(call.Text(*std::move(text)));
    if (out.back().is_invalid()) return call.Invalid();
  }
  return Value::List(std::move(out), Type::String(), call.span());
}

using enum Category;

constexpr Parameters kTwo = {{"format", Takes::kString},
                             {"value", Takes::kAny}};

constexpr Function kFunctions[] = {
    {"format", kText, "format(format, value, …)",
     "Puts values into a text: %s text, %d %x %o %b whole numbers, %f %e %g "
     "fractions, %t booleans, %q text in quotes, %v anything, each with an "
     "optional width and precision.",
     R"(format("%s-%03d", "db", 7))", R"("db-007")", kTwo, 1, true, Format},
    {"formatlist", kText, "formatlist(format, list, …)",
     "Formats once for every element of the lists; other values are the same "
     "each time.",
     R"(formatlist("%s:%d", ["a", "b"], 80))", R"(["a:80", "b:80"])", kTwo, 1,
     true, FormatList},
};

}  // namespace

absl::Span<const Function> FormatFunctions() { return kFunctions; }

}  // namespace pol::eval
