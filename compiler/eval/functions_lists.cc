#include <algorithm>
#include <set>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

struct Before {
  bool operator()(const Value& a, const Value& b) const {
    return Compare(a, b) < 0;
  }
};

std::vector<Value> Copy(absl::Span<const Value> elements) {
  return {elements.begin(), elements.end()};
}

Value Concat(Call& call) {
  size_t size = 0;
  for (const Value& list : call.arguments()) size += list.elements().size();
  if (!call.MayHoldElements(size)) return call.Invalid();
  std::vector<Value> out;
  out.reserve(size);
  for (const Value& list : call.arguments()) {
    out.insert(out.end(), list.elements().begin(), list.elements().end());
  }
  return Value::Tuple(std::move(out), call.span());
}

Value Distinct(Call& call) {
  std::set<Value, Before> seen;
  std::vector<Value> out;
  for (const Value& value : call.Elements(0)) {
    if (seen.insert(value).second) out.push_back(value);
  }
  return call.List(std::move(out));
}

void FlattenInto(const Value& value, std::vector<Value>& out) {
  for (const Value& element : value.elements()) {
    if (element.is_sequence()) {
      FlattenInto(element, out);
    } else {
      out.push_back(element);
    }
  }
}

Value Flatten(Call& call) {
  std::vector<Value> out;
  FlattenInto(call[0], out);
  return call.List(std::move(out));
}

Value Range(Call& call) {
  const int64_t from = call.size() > 1 ? call.Integer(0) : 0;
  const int64_t to = call.Integer(call.size() > 1 ? 1 : 0);
  const int64_t step = call.size() > 2 ? call.Integer(2) : (to < from ? -1 : 1);
  if (step == 0) return call.Error(2, "a step of 0 gets nowhere");
  const bool up = step > 0;
  if (up ? from >= to : from <= to) return call.List({});
  const uint64_t distance =
      up ? static_cast<uint64_t>(to) - static_cast<uint64_t>(from)
         : static_cast<uint64_t>(from) - static_cast<uint64_t>(to);
  const uint64_t stride =
      up ? static_cast<uint64_t>(step) : -static_cast<uint64_t>(step);
  const uint64_t count = (distance - 1) / stride + 1;
  if (!call.MayHoldElements(count) || !call.MayTakeSteps(count)) {
    return call.Invalid();
  }
  std::vector<Value> out;
  out.reserve(count);
  for (uint64_t i = 0; i < count; ++i) {
    // Wraps only on the way: the result is between the two ends.
    const uint64_t value =
        static_cast<uint64_t>(from) + i * static_cast<uint64_t>(step);
    out.push_back(call.Of(Number(static_cast<int64_t>(value))));
  }
  return Value::Tuple(std::move(out), call.span());
}

Value Reverse(Call& call) {
  std::vector<Value> out = Copy(call.Elements(0));
  std::reverse(out.begin(), out.end());
  return call.List(std::move(out));
}

Value Slice(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  const int64_t size = static_cast<int64_t>(list.size());
  const int64_t from = call.Integer(1);
  const int64_t to = call.Integer(2);
  for (size_t i = 1; i < 3; ++i) {
    if (call.Integer(i) >= 0 && call.Integer(i) <= size) continue;
    call.Report(kIndexRange, i,
                diag::Cat("index ", call.Integer(i), " of a list of ", size,
                          size == 1 ? " element" : " elements"));
    return call.Invalid();
  }
  if (from > to) return call.Error(2, "the end is before the start");
  return call.List(Copy(
      list.subspan(static_cast<size_t>(from), static_cast<size_t>(to - from))));
}

Value Sort(Call& call) {
  std::vector<Value> out = Copy(call.Elements(0));
  for (const Value& value : out) {
    if (value.kind() != out[0].kind()) {
      return call.Error(0, "strings and numbers have no order together");
    }
  }
  std::stable_sort(out.begin(), out.end(), Before());
  return call.List(std::move(out));
}

Value Compact(Call& call) {
  std::vector<Value> out;
  for (const Value& value : call.Elements(0)) {
    if (!IsEmpty(value)) out.push_back(value);
  }
  return call.List(std::move(out));
}

Value ChunkList(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  if (call.Integer(1) < 1) return call.Error(1, "a size of at least 1");
  const size_t size = static_cast<size_t>(call.Integer(1));
  std::vector<Value> out;
  for (size_t i = 0; i < list.size(); i += std::min(size, list.size() - i)) {
    out.push_back(call.List(Copy(list.subspan(i, size))));
    if (out.back().is_invalid()) return call.Invalid();
  }
  return call.List(std::move(out));
}

Value MatchKeys(Call& call) {
  const absl::Span<const Value> values = call.Elements(0);
  const absl::Span<const Value> keys = call.Elements(1);
  if (values.size() != keys.size()) {
    return call.Error(1, diag::Cat("as many keys as values are wanted: ",
                                   values.size(), ", not ", keys.size()));
  }
  const std::set<Value, Before> wanted(call.Elements(2).begin(),
                                       call.Elements(2).end());
  std::vector<Value> out;
  for (size_t i = 0; i < values.size(); ++i) {
    if (wanted.contains(keys[i])) out.push_back(values[i]);
  }
  return call.List(std::move(out));
}

using enum Category;

constexpr Parameter kOneList = {"list", Takes::kSequence};

constexpr Function kFunctions[] = {
    {"chunklist",
     kCollection,
     "chunklist(list, size)",
     "A list in pieces of a size; the last may be smaller.",
     "chunklist([1, 2, 3], 2)",
     "[[1, 2], [3]]",
     {kOneList, {"size", Takes::kInteger}},
     2,
     false,
     ChunkList},
    {"compact",
     kCollection,
     "compact(list)",
     "A list without null and empty texts.",
     R"(compact(["a", "", null]))",
     R"(["a"])",
     {kOneList},
     1,
     false,
     Compact},
    {"concat",
     kCollection,
     "concat(list, …)",
     "The elements of several lists in one.",
     "concat([1], [2, 3])",
     "[1, 2, 3]",
     {kOneList},
     1,
     true,
     Concat},
    {"distinct",
     kCollection,
     "distinct(list)",
     "A list without what was there before.",
     R"(distinct(["b", "a", "b"]))",
     R"(["b", "a"])",
     {kOneList},
     1,
     false,
     Distinct},
    {"flatten",
     kCollection,
     "flatten(list)",
     "The elements of a list and of the lists in it, at any depth.",
     "flatten([1, [2, [3]]])",
     "[1, 2, 3]",
     {kOneList},
     1,
     false,
     Flatten},
    {"matchkeys",
     kCollection,
     "matchkeys(values, keys, wanted)",
     "The values whose key, at the same index, is among the wanted ones.",
     R"(matchkeys([1, 2, 3], ["a", "b", "a"], ["a"]))",
     "[1, 3]",
     {{"values", Takes::kSequence},
      {"keys", Takes::kSequence},
      {"wanted", Takes::kSequence}},
     3,
     false,
     MatchKeys},
    {"range",
     kCollection,
     "range(start, limit, step)",
     "Whole numbers from a start (0) up to but without a limit, by a step "
     "(1).",
     "range(3)",
     "[0, 1, 2]",
     {{"start", Takes::kInteger},
      {"limit", Takes::kInteger},
      {"step", Takes::kInteger}},
     1,
     false,
     Range},
    {"reverse",
     kCollection,
     "reverse(list)",
     "A list from the last element to the first.",
     "reverse([1, 2, 3])",
     "[3, 2, 1]",
     {kOneList},
     1,
     false,
     Reverse},
    {"slice",
     kCollection,
     "slice(list, from, to)",
     "The elements from an index up to but without another.",
     R"(slice(["a", "b", "c"], 1, 3))",
     R"(["b", "c"])",
     {kOneList, {"from", Takes::kInteger}, {"to", Takes::kInteger}},
     3,
     false,
     Slice},
    {"sort",
     kCollection,
     "sort(list)",
     "A list of strings or of numbers in order.",
     R"(sort(["b", "a", "C"]))",
     R"(["C", "a", "b"])",
     {{"list", Takes::kTexts}},
     1,
     false,
     Sort},
};

}  // namespace

absl::Span<const Function> ListFunctions() { return kFunctions; }

}  // namespace pol::eval
