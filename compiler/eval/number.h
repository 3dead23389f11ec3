// An exact integer or a decimal of 512 bits.
//
// A number that is whole and fits in 64 bits is always held as such; every
// other one is a binary fraction of 512 bits, rounded to the nearest, ties to
// even, after every operation. So two numbers are equal exactly when their
// texts are.
#ifndef POL_COMPILER_EVAL_NUMBER_H_
#define POL_COMPILER_EVAL_NUMBER_H_

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace pol::eval {

class Number {
 public:
  // Decimals beyond 10^±308 do not exist: an operation that would make one
  // has no result.
  static constexpr long kDecimalExponentLimit = 308;

  Number() : rep_(int64_t{0}) {}
  Number(int64_t value) : rep_(value) {}  // NOLINT: a number is what it is

  // "-12", "0.25", "1e3", "1.5E-3"; no blanks, no sign `+`, no other base.
  static std::optional<Number> Parse(std::string_view text);

  // All digits of an integer; of a decimal the shortest text that Parse gives
  // back as the same number, never with an exponent: "0.1".
  std::string ToString() const;

  bool is_integer() const { return rep_.index() == 0; }
  std::optional<int64_t> integer() const;
  bool is_whole() const;  // has no fraction, even when it is past 64 bits
  bool is_zero() const { return integer() == 0; }
  bool is_negative() const;
  double ToDouble() const;  // the nearest

  // Nothing when the result is out of range; for the last two also when `b` is
  // zero. The remainder is a - trunc(a / b) * b, each step rounded.
  friend std::optional<Number> Add(const Number& a, const Number& b);
  friend std::optional<Number> Subtract(const Number& a, const Number& b);
  friend std::optional<Number> Multiply(const Number& a, const Number& b);
  friend std::optional<Number> Divide(const Number& a, const Number& b);
  friend std::optional<Number> Remainder(const Number& a, const Number& b);
  friend std::optional<Number> Negate(const Number& a);

  Number Floor() const;
  Number Ceil() const;

  friend bool operator==(const Number& a, const Number& b) {
    return (a <=> b) == 0;
  }
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);

 private:
  struct Float;
  class Scratch;

  std::variant<int64_t, std::shared_ptr<const Float>> rep_;
};

std::optional<Number> Add(const Number& a, const Number& b);
std::optional<Number> Subtract(const Number& a, const Number& b);
std::optional<Number> Multiply(const Number& a, const Number& b);
std::optional<Number> Divide(const Number& a, const Number& b);
std::optional<Number> Remainder(const Number& a, const Number& b);
std::optional<Number> Negate(const Number& a);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_NUMBER_H_
