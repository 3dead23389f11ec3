#include <map>
#include <utility>

#include "compiler/diag/nearest.h"
#include "compiler/eval/call.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

Value Keys(Call& call) {
  std::vector<std::string> out;
  for (const Item& item : call[0].items()) out.push_back(item.key);
  return call.Strings(out);
}

Value Values(Call& call) {
  std::vector<Value> out;
  for (const Item& item : call[0].items()) out.push_back(item.value);
  return call.List(std::move(out));
}

Value Lookup(Call& call) {
  if (const Item* found = call[0].Find(call.String(1))) return found->value;
  if (call.size() == 3) return call[2];
  diag::Diagnostic& report = call.Report(
      kMissingKey, 1,
      diag::Cat("there is no key `", call.String(1).substr(0, 60), "`"));
  std::vector<std::string_view> known;
  for (const Item& item : call[0].items()) {
    if (known.size() < 1000) known.push_back(item.key);
  }
  if (const auto nearest = diag::Nearest(call.String(1), known)) {
    report.Help(diag::Cat("did you mean `", *nearest, "`?"));
  } else {
    report.Help("a third argument stands in for a missing key");
  }
  return call.Invalid();
}

Value Merge(Call& call) {
  std::vector<Item> out;
  for (size_t i = 0; i < call.size(); ++i) {
    if (call[i].is_null()) continue;
    if (!call[i].is_mapping()) {
      call.Report(
          kArgumentType, i,
          diag::Cat("an object is wanted, this is ", Describe(call[i].kind())));
      return call.Invalid();
    }
    const absl::Span<const Item> items = call[i].items();
    if (!call.MayHoldElements(out.size() + items.size())) {
      return call.Invalid();
    }
    out.insert(out.end(), items.begin(), items.end());
  }
  return Value::Object(std::move(out), call.span());
}

Value ZipMap(Call& call) {
  const absl::Span<const Value> keys = call.Elements(0);
  const absl::Span<const Value> values = call.Elements(1);
  if (keys.size() != values.size()) {
    return call.Error(1, diag::Cat("as many values as keys are wanted: ",
                                   keys.size(), ", not ", values.size()));
  }
  std::vector<Item> out;
  for (size_t i = 0; i < keys.size(); ++i) {
    out.push_back({keys[i].as_string(), keys[i].span(), values[i]});
  }
  const size_t size = out.size();
  Value object = call.Object(std::move(out));
  if (!object.is_invalid() && object.items().size() != size) {
    call.Report(kDuplicateKey, 0, "a key comes twice");
    return call.Invalid();
  }
  return object;
}

Value Transpose(Call& call) {
  std::map<std::string, std::vector<Value>> gathered;
  for (const Item& item : call[0].items()) {
    if (!item.value.is_sequence()) {
      call.Report(kArgumentType, 0,
                  diag::Cat("a list of strings is wanted at `", item.key,
                            "`, this is ", Describe(item.value.kind())));
      return call.Invalid();
    }
    for (const Value& name : item.value.elements()) {
      if (name.kind() != Kind::kString) {
        call.Report(kArgumentType, 0,
                    diag::Cat("a list of strings is wanted at `", item.key,
                              "`, this holds ", Describe(name.kind())));
        return call.Invalid();
      }
      if (!call.MayHoldBytes(item.key.size())) return call.Invalid();
      gathered[name.as_string()].push_back(
          Value::String(item.key, item.key_span));
    }
  }
  std::vector<Item> out;
  for (auto& [name, keys] : gathered) {
    out.push_back({name, call.span(), call.List(std::move(keys))});
    if (out.back().value.is_invalid()) return call.Invalid();
  }
  return call.Object(std::move(out));
}

using enum Category;

constexpr Parameter kOneObject = {"object", Takes::kObject};

constexpr Function kFunctions[] = {
    {"keys",
     kCollection,
     "keys(object)",
     "The keys of an object, sorted.",
     "keys({b = 1, a = 2})",
     R"(["a", "b"])",
     {kOneObject},
     1,
     false,
     Keys},
    {"lookup",
     kCollection,
     "lookup(object, key, default)",
     "What an object has under a key, the default when it has nothing.",
     R"(lookup({a = 1}, "b", 0))",
     "0",
     {kOneObject, {"key", Takes::kString}, {"default", Takes::kAny}},
     2,
     false,
     Lookup},
    {"merge",
     kCollection,
     "merge(object, …)",
     "One object of several; of equal keys the last counts, null is passed "
     "over.",
     "merge({a = 1, b = 2}, {b = 3})",
     "{a = 1, b = 3}",
     {{"object", Takes::kAny}},
     1,
     true,
     Merge},
    {"transpose",
     kCollection,
     "transpose(object)",
     "Turns keys with lists of names into names with lists of keys.",
     R"(transpose({a = ["x", "y"], b = ["x"]}))",
     R"({x = ["a", "b"], y = ["a"]})",
     {kOneObject},
     1,
     false,
     Transpose},
    {"values",
     kCollection,
     "values(object)",
     "The values of an object, in the order of its keys.",
     "values({b = 1, a = 2})",
     "[2, 1]",
     {kOneObject},
     1,
     false,
     Values},
    {"zipmap",
     kCollection,
     "zipmap(keys, values)",
     "An object of a list of keys and a list of values.",
     R"(zipmap(["a", "b"], [1, 2]))",
     "{a = 1, b = 2}",
     {{"keys", Takes::kStrings}, {"values", Takes::kSequence}},
     2,
     false,
     ZipMap},
};

}  // namespace

absl::Span<const Function> ObjectFunctions() { return kFunctions; }

}  // namespace pol::eval
