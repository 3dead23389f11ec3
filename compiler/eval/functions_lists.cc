#include <algorithm>
#include <set>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/characters.h"
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

Value Length(Call& call) {
  const Value& value = call[0];
  const size_t size = value.kind() == Kind::kString
                          ? CountCharacters(value.as_string())
                      : value.is_mapping() ? value.items().size()
                                           : value.elements().size();
  return call.Of(Number(static_cast<int64_t>(size)));
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

Value Contains(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  return call.Bool(
      std::any_of(list.begin(), list.end(),
                  [&](const Value& value) { return Same(value, call[1]); }));
}

Value Distinct(Call& call) {
  std::set<Value, Before> seen;
  std::vector<Value> out;
  for (const Value& value : call.Elements(0)) {
    if (seen.insert(value).second) out.push_back(value);
  }
  return call.List(std::move(out));
}

Value Element(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  if (list.empty()) return call.Error(0, "an empty list has no element");
  const int64_t size = static_cast<int64_t>(list.size());
  const int64_t index = call.Integer(1) % size;
  return list[static_cast<size_t>(index < 0 ? index + size : index)];
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

Value Sum(Call& call) {
  std::optional<Number> out = Number(0);
  bool integers = true;
  for (const Value& value : call.Elements(0)) {
    integers = integers && value.as_number().is_integer();
    if (out.has_value()) out = Add(*out, value.as_number());
  }
  if (out.has_value() && (out->is_integer() || !integers)) {
    return call.Of(*out);
  }
  call.Report(kNumberOverflow, 0, "the sum does not fit in 64 bits");
  return call.Invalid();
}

bool IsEmpty(const Value& value) {
  return value.is_null() ||
         (value.kind() == Kind::kString && value.as_string().empty());
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

Value Coalesce(Call& call) {
  for (const Value& value : call.arguments()) {
    if (!IsEmpty(value)) return value;
  }
  call.Report(kNothingWorked, 0, "every value is null or an empty text");
  return call.Invalid();
}

Value CoalesceList(Call& call) {
  for (size_t i = 0; i < call.size(); ++i) {
    if (call[i].is_null()) continue;
    if (!call[i].is_sequence()) {
      call.Report(kArgumentType, i,
                  diag::Cat("a list or set is wanted, this is ",
                            Describe(call[i].kind())));
      return call.Invalid();
    }
    if (!call.Elements(i).empty()) return call[i];
  }
  call.Report(kNothingWorked, 0, "every list is null or empty");
  return call.Invalid();
}

Value Index(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  for (size_t i = 0; i < list.size(); ++i) {
    if (Same(list[i], call[1])) {
      return call.Of(Number(static_cast<int64_t>(i)));
    }
  }
  return call.Error(1, "the list does not hold this value",
                    "contains(list, value) says whether it does");
}

Value One(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  if (list.empty()) return call.Null();
  if (list.size() == 1) return list[0];
  return call.Error(
      0, diag::Cat("one element or none is wanted, here are ", list.size()));
}

Value AllTrue(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  return call.Bool(std::all_of(list.begin(), list.end(),
                               [](const Value& v) { return v.as_bool(); }));
}

Value AnyTrue(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  return call.Bool(std::any_of(list.begin(), list.end(),
                               [](const Value& v) { return v.as_bool(); }));
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

std::vector<Function> Questions() {
  using enum Category;
  const Parameter list = {"list", Takes::kSequence};
  const Parameter value = {"value", Takes::kAny};
  return {
      {"alltrue",
       kCollection,
       "alltrue(list)",
       "Whether all elements are true; of an empty list they are.",
       "alltrue([true, 1 < 2])",
       "true",
       {{"list", Takes::kBools}},
       1,
       false,
       AllTrue},
      {"anytrue",
       kCollection,
       "anytrue(list)",
       "Whether some element is true; of an empty list none is.",
       "anytrue([false, 1 < 2])",
       "true",
       {{"list", Takes::kBools}},
       1,
       false,
       AnyTrue},
      {"coalesce",
       kCollection,
       "coalesce(value, …)",
       "The first value that is neither null nor an empty text.",
       R"(coalesce(null, "", "tcp"))",
       R"("tcp")",
       {value},
       1,
       true,
       Coalesce},
      {"coalescelist",
       kCollection,
       "coalescelist(list, …)",
       "The first list that is neither null nor empty.",
       "coalescelist([], [5432])",
       "[5432]",
       {{"list", Takes::kAny}},
       1,
       true,
       CoalesceList},
      {"contains",
       kCollection,
       "contains(list, value)",
       "Whether a list or set holds a value.",
       R"(contains(["a", "b"], "b"))",
       "true",
       {list, value},
       2,
       false,
       Contains},
      {"element",
       kCollection,
       "element(list, index)",
       "The element at an index, which starts again at the end of the list.",
       R"(element(["a", "b", "c"], 4))",
       R"("b")",
       {list, {"index", Takes::kInteger}},
       2,
       false,
       Element},
      {"index",
       kCollection,
       "index(list, value)",
       "Where in a list a value is first.",
       R"(index(["a", "b"], "b"))",
       "1",
       {list, value},
       2,
       false,
       Index},
      {"length",
       kCollection,
       "length(value)",
       "How many elements, keys or characters there are.",
       R"(length("héllo"))",
       "5",
       {{"value", Takes::kCountable}},
       1,
       false,
       Length},
      {"one",
       kCollection,
       "one(list)",
       "The only element of a list, null when it is empty.",
       R"(one(["a"]))",
       R"("a")",
       {list},
       1,
       false,
       One},
      {"sum",
       kCollection,
       "sum(list)",
       "The sum of a list of numbers.",
       "sum([1, 2, 3])",
       "6",
       {{"list", Takes::kNumbers}},
       1,
       false,
       Sum},
  };
}

std::vector<Function> Transformations() {
  using enum Category;
  const Parameter list = {"list", Takes::kSequence};
  return {
      {"chunklist",
       kCollection,
       "chunklist(list, size)",
       "A list in pieces of a size; the last may be smaller.",
       "chunklist([1, 2, 3], 2)",
       "[[1, 2], [3]]",
       {list, {"size", Takes::kInteger}},
       2,
       false,
       ChunkList},
      {"compact",
       kCollection,
       "compact(list)",
       "A list without null and empty texts.",
       R"(compact(["a", "", null]))",
       R"(["a"])",
       {list},
       1,
       false,
       Compact},
      {"concat",
       kCollection,
       "concat(list, …)",
       "The elements of several lists in one.",
       "concat([1], [2, 3])",
       "[1, 2, 3]",
       {list},
       1,
       true,
       Concat},
      {"distinct",
       kCollection,
       "distinct(list)",
       "A list without what was there before.",
       R"(distinct(["b", "a", "b"]))",
       R"(["b", "a"])",
       {list},
       1,
       false,
       Distinct},
      {"flatten",
       kCollection,
       "flatten(list)",
       "The elements of a list and of the lists in it, at any depth.",
       "flatten([1, [2, [3]]])",
       "[1, 2, 3]",
       {list},
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
       {list},
       1,
       false,
       Reverse},
      {"slice",
       kCollection,
       "slice(list, from, to)",
       "The elements from an index up to but without another.",
       R"(slice(["a", "b", "c"], 1, 3))",
       R"(["b", "c"])",
       {list, {"from", Takes::kInteger}, {"to", Takes::kInteger}},
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
}

}  // namespace

std::vector<Function> ListFunctions() {
  std::vector<Function> out = Questions();
  for (Function& function : Transformations()) {
    out.push_back(std::move(function));
  }
  return out;
}

}  // namespace pol::eval
