#include <algorithm>
#include <charconv>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

Value Abs(Call& call) {
  const Number& number = call[0].as_number();
  if (!number.is_negative()) return call.Of(number);
  const std::optional<Number> out = Negate(number);
  if (out->is_integer() == number.is_integer()) return call.Of(*out);
  call.Report(kNumberOverflow, 0, "the result does not fit in 64 bits");
  return call.Invalid();
}

Value Ceil(Call& call) { return call.Of(call[0].as_number().Ceil()); }
Value Floor(Call& call) { return call.Of(call[0].as_number().Floor()); }

bool Less(const Value& a, const Value& b) {
  return a.as_number() < b.as_number();
}

Value Max(Call& call) {
  return std::max_element(call.arguments().begin(), call.arguments().end(),
                          Less)
      ->At(call.span());
}

Value Min(Call& call) {
  return std::min_element(call.arguments().begin(), call.arguments().end(),
                          Less)
      ->At(call.span());
}

Value Signum(Call& call) {
  const Number& number = call[0].as_number();
  return call.Of(number.is_zero() ? 0 : number.is_negative() ? -1 : 1);
}

Value Pow(Call& call) {
  const Number& base = call[0].as_number();
  const int64_t exponent = call.Integer(1);
  std::optional<Number> out = Number(1);
  std::optional<Number> square = base;
  uint64_t rest = exponent < 0 ? -static_cast<uint64_t>(exponent)
                               : static_cast<uint64_t>(exponent);
  for (; rest > 0 && out.has_value(); rest >>= 1) {
    if ((rest & 1) != 0) out = square ? Multiply(*out, *square) : square;
    if (rest > 1 && square) square = Multiply(*square, *square);
  }
  if (exponent < 0 && out.has_value()) {
    if (out->is_zero()) {
      call.Report(kDivisionByZero, 1, "0 has no negative power");
      return call.Invalid();
    }
    out = Divide(Number(1), *out);
  }
  const bool leaves = out.has_value() && base.is_integer() && exponent >= 0 &&
                      !out->is_integer();
  if (out.has_value() && !leaves) return call.Of(*out);
  call.Report(kNumberOverflow, 1,
              base.is_integer() ? "the result does not fit in 64 bits"
                                : "the result is too large or too small");
  return call.Invalid();
}

Value ParseInt(Call& call) {
  const std::string& text = call.String(0);
  const int64_t base = call.Integer(1);
  if (base < 2 || base > 36) return call.Error(1, "a base from 2 to 36");
  int64_t out = 0;
  const auto [end, error] = std::from_chars(
      text.data(), text.data() + text.size(), out, static_cast<int>(base));
  if (error == std::errc::result_out_of_range) {
    call.Report(kNumberOverflow, 0, "the number does not fit in 64 bits");
    return call.Invalid();
  }
  if (error != std::errc() || end != text.data() + text.size()) {
    return call.Error(0, diag::Cat("not a whole number of base ", base));
  }
  return call.Of(Number(out));
}

using enum Category;

constexpr Parameter kOneNumber = {"number", Takes::kNumber};

constexpr Function kFunctions[] = {
    {"abs",
     kNumber,
     "abs(number)",
     "A number without its sign.",
     "abs(-3)",
     "3",
     {kOneNumber},
     1,
     false,
     Abs},
    {"ceil",
     kNumber,
     "ceil(number)",
     "The smallest whole number that is not less.",
     "ceil(7 / 2)",
     "4",
     {kOneNumber},
     1,
     false,
     Ceil},
    {"floor",
     kNumber,
     "floor(number)",
     "The largest whole number that is not greater.",
     "floor(7 / 2)",
     "3",
     {kOneNumber},
     1,
     false,
     Floor},
    {"max",
     kNumber,
     "max(number, …)",
     "The greatest of the numbers.",
     "max(3, 12, 7)",
     "12",
     {kOneNumber},
     1,
     true,
     Max},
    {"min",
     kNumber,
     "min(number, …)",
     "The least of the numbers.",
     "min([3, 12, 7]...)",
     "3",
     {kOneNumber},
     1,
     true,
     Min},
    {"parseint",
     kNumber,
     "parseint(text, base)",
     "Reads a whole number of a base from 2 to 36.",
     R"(parseint("ff", 16))",
     "255",
     {{"text", Takes::kString}, {"base", Takes::kInteger}},
     2,
     false,
     ParseInt},
    {"pow",
     kNumber,
     "pow(number, exponent)",
     "A number to the power of a whole number.",
     "pow(2, 10)",
     "1024",
     {kOneNumber, {"exponent", Takes::kInteger}},
     2,
     false,
     Pow},
    {"signum",
     kNumber,
     "signum(number)",
     "-1, 0 or 1: the sign of a number.",
     "signum(-12)",
     "-1",
     {kOneNumber},
     1,
     false,
     Signum},
};

}  // namespace

absl::Span<const Function> NumberFunctions() { return kFunctions; }

}  // namespace pol::eval
