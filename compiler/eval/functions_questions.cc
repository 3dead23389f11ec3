// Functions that ask something of a collection or choose one of its elements.
#include <algorithm>
#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/characters.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

Value Length(Call& call) {
  const Value& value = call[0];
  const size_t size = value.kind() == Kind::kString
                          ? CountCharacters(value.as_string())
                      : value.is_mapping() ? value.items().size()
                                           : value.elements().size();
  return call.Of(Number(static_cast<int64_t>(size)));
}

Value Contains(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  return call.Bool(
      std::any_of(list.begin(), list.end(),
                  [&](const Value& value) { return Same(value, call[1]); }));
}

Value Element(Call& call) {
  const absl::Span<const Value> list = call.Elements(0);
  if (list.empty()) return call.Error(0, "an empty list has no element");
  const int64_t size = static_cast<int64_t>(list.size());
  const int64_t index = call.Integer(1) % size;
  return list[static_cast<size_t>(index < 0 ? index + size : index)];
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

using enum Category;

constexpr Parameter kOneList = {"list", Takes::kSequence};
constexpr Parameter kOneValue = {"value", Takes::kAny};

constexpr Function kFunctions[] = {
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
     {kOneValue},
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
     {kOneList, kOneValue},
     2,
     false,
     Contains},
    {"element",
     kCollection,
     "element(list, index)",
     "The element at an index, which starts again at the end of the list.",
     R"(element(["a", "b", "c"], 4))",
     R"("b")",
     {kOneList, {"index", Takes::kInteger}},
     2,
     false,
     Element},
    {"index",
     kCollection,
     "index(list, value)",
     "Where in a list a value is first.",
     R"(index(["a", "b"], "b"))",
     "1",
     {kOneList, kOneValue},
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
     {kOneList},
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

}  // namespace

absl::Span<const Function> QuestionFunctions() { return kFunctions; }

}  // namespace pol::eval
