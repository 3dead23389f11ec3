#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/eval/call.h"

namespace pol::eval {
namespace {

bool Before(const Value& a, const Value& b) { return Compare(a, b) < 0; }

// Sorted, each once.
std::vector<Value> Sorted(const Value& value) {
  std::vector<Value> out(value.elements().begin(), value.elements().end());
  if (value.kind() == Kind::kSet) return out;
  std::stable_sort(out.begin(), out.end(), Before);
  out.erase(std::unique(out.begin(), out.end(), Same), out.end());
  return out;
}

Value SetUnion(Call& call) {
  std::vector<Value> out;
  for (const Value& set : call.arguments()) {
    out.insert(out.end(), set.elements().begin(), set.elements().end());
    if (!call.MayHoldElements(out.size())) return call.Invalid();
  }
  return call.Set(std::move(out));
}

Value SetIntersection(Call& call) {
  std::vector<Value> out = Sorted(call[0]);
  for (size_t i = 1; i < call.size(); ++i) {
    std::vector<Value> both;
    const std::vector<Value> other = Sorted(call[i]);
    std::set_intersection(out.begin(), out.end(), other.begin(), other.end(),
                          std::back_inserter(both), Before);
    out = std::move(both);
  }
  return call.Set(std::move(out));
}

Value SetSubtract(Call& call) {
  const std::vector<Value> from = Sorted(call[0]);
  const std::vector<Value> what = Sorted(call[1]);
  std::vector<Value> out;
  std::set_difference(from.begin(), from.end(), what.begin(), what.end(),
                      std::back_inserter(out), Before);
  return call.Set(std::move(out));
}

Value SetProduct(Call& call) {
  size_t count = 1;
  for (const Value& set : call.arguments()) {
    const size_t size = set.elements().size();
    const size_t limit = std::numeric_limits<size_t>::max() / call.size();
    count = size != 0 && count > limit / size ? limit : count * size;
  }
  // Each combination is a list of its own.
  if (!call.MayHoldElements(count) ||
      !call.MayHoldElements(count * call.size()) ||
      !call.MayTakeSteps(count * call.size())) {
    return call.Invalid();
  }
  std::vector<Value> out;
  out.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    std::vector<Value> row(call.size());
    size_t rest = i;
    for (size_t k = call.size(); k > 0; --k) {
      const absl::Span<const Value> set = call.Elements(k - 1);
      row[k - 1] = set[rest % set.size()];
      rest /= set.size();
    }
    out.push_back(Value::Tuple(std::move(row), call.span()));
  }
  return Value::Tuple(std::move(out), call.span());
}

using enum Category;

constexpr Parameter kOneSet = {"set", Takes::kSequence};

constexpr Function kFunctions[] = {
    {"setintersection",
     kCollection,
     "setintersection(set, …)",
     "What is in all of the sets.",
     R"(setintersection(["a", "b"], ["b", "c"]))",
     R"(toset(["b"]))",
     {kOneSet},
     1,
     true,
     SetIntersection},
    {"setproduct",
     kCollection,
     "setproduct(set, …)",
     "Every combination of one element of each.",
     R"(setproduct(["a", "b"], [1, 2]))",
     R"([["a", 1], ["a", 2], ["b", 1], ["b", 2]])",
     {kOneSet},
     1,
     true,
     SetProduct},
    {"setsubtract",
     kCollection,
     "setsubtract(set, without)",
     "What is in a set and not in another.",
     R"(setsubtract(["a", "b"], ["b", "c"]))",
     R"(toset(["a"]))",
     {kOneSet, {"without", Takes::kSequence}},
     2,
     false,
     SetSubtract},
    {"setunion",
     kCollection,
     "setunion(set, …)",
     "What is in any of the sets.",
     R"(setunion(["a", "b"], ["b", "c"]))",
     R"(toset(["a", "b", "c"]))",
     {kOneSet},
     1,
     true,
     SetUnion},
};

}  // namespace

absl::Span<const Function> SetFunctions() { return kFunctions; }

}  // namespace pol::eval
