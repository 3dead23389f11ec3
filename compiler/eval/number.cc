#include "compiler/eval/number.h"

#include <mpfr.h>

#include <charconv>
#include <limits>
#include <utility>

#include "compiler/diag/cat.h"

namespace pol::eval {
namespace {

constexpr mpfr_prec_t kPrecision = 512;
// 2^1024 is about 10^308.
constexpr mpfr_exp_t kExponentLimit = 1024;

bool Digit(char c) { return c >= '0' && c <= '9'; }

// Whether the text is -?digits(.digits)?([eE][+-]?digits)?, with an exponent
// that is not absurd.
bool WellFormed(std::string_view text) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t begin = i;
    while (i < text.size() && Digit(text[i])) ++i;
    return i - begin;
  };
  if (i < text.size() && text[i] == '-') ++i;
  if (digits() == 0) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

}  // namespace

struct Number::Float {
  Float() { mpfr_init2(value, kPrecision); }
  Float(const Float&) = delete;
  Float& operator=(const Float&) = delete;
  ~Float() { mpfr_clear(value); }

  mpfr_t value;
};

// A number on its way into or out of the library.
class Number::Scratch {
 public:
  Scratch() : float_(std::make_shared<Float>()) {}
  explicit Scratch(const Number& number) {
    if (const auto* held =
            std::get_if<std::shared_ptr<const Float>>(&number.rep_)) {
      shared_ = *held;
      return;
    }
    float_ = std::make_shared<Float>();
    mpfr_set_sj(float_->value, std::get<int64_t>(number.rep_), MPFR_RNDN);
  }

  mpfr_ptr out() { return float_->value; }
  mpfr_srcptr in() const {
    return shared_ != nullptr ? shared_->value : float_->value;
  }

  std::optional<Number> Take() && {
    if (mpfr_number_p(float_->value) == 0) return std::nullopt;
    if (mpfr_zero_p(float_->value) != 0) return Number();
    const mpfr_exp_t exponent = mpfr_get_exp(float_->value);
    if (exponent > kExponentLimit || exponent < -kExponentLimit) {
      return std::nullopt;
    }
    if (mpfr_integer_p(float_->value) != 0 &&
        mpfr_fits_intmax_p(float_->value, MPFR_RNDN) != 0) {
      return Number(mpfr_get_sj(float_->value, MPFR_RNDN));
    }
    Number out;
    out.rep_ = std::shared_ptr<const Float>(std::move(float_));
    return out;
  }

 private:
  std::shared_ptr<Float> float_;
  std::shared_ptr<const Float> shared_;
};

std::optional<Number> Number::Parse(std::string_view text) {
  if (!WellFormed(text)) return std::nullopt;
  int64_t integer = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), integer);
  if (error == std::errc() && end == text.data() + text.size()) return integer;
  Scratch out;
  const std::string terminated(text);
  mpfr_strtofr(out.out(), terminated.c_str(), nullptr, 10, MPFR_RNDN);
  return std::move(out).Take();
}

namespace {

// Significant digits and the position of the point before them: 0.DIGITS times
// ten to `point`.
struct Digits {
  std::string text;  // without sign
  long point = 0;
};

Digits DigitsOf(mpfr_srcptr value, size_t count) {
  mpfr_exp_t point = 0;
  char* raw = mpfr_get_str(nullptr, &point, 10, count, value, MPFR_RNDN);
  Digits out{raw, point};
  mpfr_free_str(raw);
  if (out.text.front() == '-') out.text.erase(0, 1);
  while (out.text.size() > 1 && out.text.back() == '0') out.text.pop_back();
  return out;
}

// The fewest digits that read back as `value`. More digits are never farther
// from it, so the count can be bisected.
Digits ShortestDigits(mpfr_srcptr value) {
  mpfr_t read;
  mpfr_init2(read, kPrecision);
  const auto reads_back = [&](size_t count) {
    const Digits digits = DigitsOf(value, count);
    const std::string text = diag::Cat("0.", digits.text, "e", digits.point);
    mpfr_strtofr(read, text.c_str(), nullptr, 10, MPFR_RNDN);
    return mpfr_cmpabs(read, value) == 0;
  };
  size_t low = 1;
  size_t high = mpfr_get_str_ndigits(10, kPrecision);
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (reads_back(middle)) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  mpfr_clear(read);
  return DigitsOf(value, low);
}

}  // namespace

std::string Number::ToString() const {
  if (const auto* integer = std::get_if<int64_t>(&rep_)) {
    return std::to_string(*integer);
  }
  const Scratch scratch(*this);
  const Digits digits = ShortestDigits(scratch.in());
  std::string out = is_negative() ? "-" : "";
  const long size = static_cast<long>(digits.text.size());
  if (digits.point <= 0) {
    return out + "0." + std::string(static_cast<size_t>(-digits.point), '0') +
           digits.text;
  }
  if (digits.point >= size) {
    return out + digits.text +
           std::string(static_cast<size_t>(digits.point - size), '0');
  }
  const std::string_view all = digits.text;
  const size_t whole = static_cast<size_t>(digits.point);
  return diag::Cat(out, all.substr(0, whole), ".", all.substr(whole));
}

std::optional<int64_t> Number::integer() const {
  const auto* integer = std::get_if<int64_t>(&rep_);
  if (integer == nullptr) return std::nullopt;
  return *integer;
}

bool Number::is_whole() const {
  return is_integer() || mpfr_integer_p(Scratch(*this).in()) != 0;
}

bool Number::is_negative() const {
  if (const auto* integer = std::get_if<int64_t>(&rep_)) return *integer < 0;
  return mpfr_sgn(Scratch(*this).in()) < 0;
}

double Number::ToDouble() const {
  return mpfr_get_d(Scratch(*this).in(), MPFR_RNDN);
}

std::optional<Number> Add(const Number& a, const Number& b) {
  int64_t sum = 0;
  if (a.is_integer() && b.is_integer() &&
      !__builtin_add_overflow(*a.integer(), *b.integer(), &sum)) {
    return sum;
  }
  Number::Scratch out;
  mpfr_add(out.out(), Number::Scratch(a).in(), Number::Scratch(b).in(),
           MPFR_RNDN);
  return std::move(out).Take();
}

std::optional<Number> Subtract(const Number& a, const Number& b) {
  int64_t difference = 0;
  if (a.is_integer() && b.is_integer() &&
      !__builtin_sub_overflow(*a.integer(), *b.integer(), &difference)) {
    return difference;
  }
  Number::Scratch out;
  mpfr_sub(out.out(), Number::Scratch(a).in(), Number::Scratch(b).in(),
           MPFR_RNDN);
  return std::move(out).Take();
}

std::optional<Number> Multiply(const Number& a, const Number& b) {
  int64_t product = 0;
  if (a.is_integer() && b.is_integer() &&
      !__builtin_mul_overflow(*a.integer(), *b.integer(), &product)) {
    return product;
  }
  Number::Scratch out;
  mpfr_mul(out.out(), Number::Scratch(a).in(), Number::Scratch(b).in(),
           MPFR_RNDN);
  return std::move(out).Take();
}

std::optional<Number> Divide(const Number& a, const Number& b) {
  if (b.is_zero()) return std::nullopt;
  Number::Scratch out;
  mpfr_div(out.out(), Number::Scratch(a).in(), Number::Scratch(b).in(),
           MPFR_RNDN);
  return std::move(out).Take();
}

std::optional<Number> Remainder(const Number& a, const Number& b) {
  if (b.is_zero()) return std::nullopt;
  if (a.is_integer() && b.is_integer()) {
    // The one quotient that does not fit has the remainder 0.
    return *b.integer() == -1 ? 0 : *a.integer() % *b.integer();
  }
  Number::Scratch out;
  const Number::Scratch divisor(b);
  const Number::Scratch dividend(a);
  mpfr_div(out.out(), dividend.in(), divisor.in(), MPFR_RNDN);
  mpfr_trunc(out.out(), out.out());
  mpfr_mul(out.out(), divisor.in(), out.out(), MPFR_RNDN);
  mpfr_sub(out.out(), dividend.in(), out.out(), MPFR_RNDN);
  return std::move(out).Take();
}

std::optional<Number> Negate(const Number& a) { return Subtract(Number(), a); }

Number Number::Floor() const {
  if (is_integer()) return *this;
  Scratch out;
  mpfr_floor(out.out(), Scratch(*this).in());
  return *std::move(out).Take();
}

Number Number::Ceil() const {
  if (is_integer()) return *this;
  Scratch out;
  mpfr_ceil(out.out(), Scratch(*this).in());
  return *std::move(out).Take();
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  if (a.is_integer() && b.is_integer()) return *a.integer() <=> *b.integer();
  return mpfr_cmp(Number::Scratch(a).in(), Number::Scratch(b).in()) <=> 0;
}

}  // namespace pol::eval
