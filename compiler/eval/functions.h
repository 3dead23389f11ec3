// The functions that every policy can call: one table, from which the
// evaluator, the editor and the documentation read.
#ifndef POL_COMPILER_EVAL_FUNCTIONS_H_
#define POL_COMPILER_EVAL_FUNCTIONS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/eval/value.h"

namespace pol::eval {

class Call;

// What a parameter takes. Nothing is converted on the way in.
enum class Takes : uint8_t {
  kAny,  // null too
  kString,
  kNumber,
  kInteger,  // a number that is whole and fits in 64 bits
  kBool,
  kText,      // a string, number or boolean
  kSequence,  // a list or set
  kStrings,   // a list or set of strings
  kTexts,     // of strings, numbers and booleans
  kNumbers,
  kBools,
  kSequences,   // a list or set of lists or sets
  kObject,      // an object or map
  kCollection,  // a list, set, object or map
  kCountable,   // a collection or string
};

struct Parameter {
  std::string_view name;
  Takes takes = Takes::kAny;
};

// One to three of them.
class Parameters {
 public:
  constexpr Parameters(Parameter a)  // NOLINT: a list of one
      : all_{a}, size_(1) {}
  constexpr Parameters(Parameter a, Parameter b) : all_{a, b}, size_(2) {}
  constexpr Parameters(Parameter a, Parameter b, Parameter c)
      : all_{a, b, c}, size_(3) {}

  constexpr size_t size() const { return size_; }
  constexpr const Parameter& operator[](size_t i) const { return all_[i]; }
  constexpr const Parameter* begin() const { return all_; }
  constexpr const Parameter* end() const { return all_ + size_; }

 private:
  Parameter all_[3] = {};
  size_t size_;
};

enum class Category : uint8_t {
  kText,
  kRegex,
  kCollection,
  kNumber,
  kConversion,
  kEncoding,
  kNetwork,
};

std::string_view ToString(Category category);  // "text", "regular expressions"

struct Function {
  std::string_view name;
  Category category = Category::kText;
  std::string_view signature;  // "cidrsubnet(prefix, newbits, netnum)"
  std::string_view doc;        // one sentence
  std::string_view example;    // an expression; a test holds it to its result
  std::string_view result;     // as Print writes it
  Parameters parameters = Parameter{};
  size_t required = 0;    // how many must be there
  bool variadic = false;  // the last parameter stands for any number, none too
  // Null for try and can, whose arguments are not all evaluated.
  Value (*implementation)(Call& call) = nullptr;
};

// All of them, by name.
const std::vector<Function>& Functions();
const Function* FindFunction(std::string_view name);

// Why the language has no function of that name, for names that are known
// from elsewhere; empty for others.
std::string_view WhyNoFunction(std::string_view name);

}  // namespace pol::eval

#endif  // POL_COMPILER_EVAL_FUNCTIONS_H_
