#include <utility>

#include "compiler/eval/call.h"
#include "compiler/eval/convert.h"
#include "compiler/eval/diagnostics.h"

namespace pol::eval {
namespace {

Value To(Call& call, const Type& type) {
  Mismatch mismatch;
  std::optional<Value> out = TryConvert(call[0], type, mismatch);
  if (out.has_value()) {
    const bool makes = out->is_sequence() || out->is_mapping();
    const size_t size = !makes               ? 0
                        : out->is_sequence() ? out->elements().size()
                                             : out->items().size();
    if (!call.MayHoldElements(size)) return call.Invalid();
    return out->At(call.span());
  }
  diag::Diagnostic& report = call.Report(
      kNoConversion, 0,
      mismatch.path.empty()
          ? mismatch.message
          : diag::Cat("at `", mismatch.path, "` ", mismatch.message));
  if (!mismatch.path.empty()) report.Also(mismatch.span, "this part");
  return call.Invalid();
}

Value ToString(Call& call) { return To(call, Type::String()); }
Value ToNumber(Call& call) { return To(call, Type::OfNumber()); }
Value ToBool(Call& call) { return To(call, Type::Bool()); }
Value ToList(Call& call) { return To(call, Type::List(Type::Any())); }
Value ToSet(Call& call) { return To(call, Type::Set(Type::Any())); }
Value ToMap(Call& call) { return To(call, Type::Map(Type::Any())); }

Value TypeName(Call& call) { return call.Text(TypeOf(call[0]).ToString()); }

using enum Category;

constexpr Parameter kOneValue = {"value", Takes::kAny};

constexpr Function kFunctions[] = {
    {"can",
     kConversion,
     "can(expression)",
     "Whether an expression has a value; names must be known all the same.",
     R"(can(tonumber("12x")))",
     "false",
     {kOneValue},
     1,
     false,
     nullptr},
    {"tobool",
     kConversion,
     "tobool(value)",
     R"(Makes a boolean of "true" and "false".)",
     R"(tobool("true"))",
     "true",
     {kOneValue},
     1,
     false,
     ToBool},
    {"tolist",
     kConversion,
     "tolist(value)",
     "Makes a list of a set, and gives the elements one type.",
     R"(tolist(toset(["b", "a", "b"])))",
     R"(["a", "b"])",
     {kOneValue},
     1,
     false,
     ToList},
    {"tomap",
     kConversion,
     "tomap(value)",
     "Gives the values of an object one type.",
     "tomap({a = 1, b = \"x\"})",
     R"({a = "1", b = "x"})",
     {kOneValue},
     1,
     false,
     ToMap},
    {"tonumber",
     kConversion,
     "tonumber(value)",
     "Reads a number from its text.",
     R"(tonumber("5432"))",
     "5432",
     {kOneValue},
     1,
     false,
     ToNumber},
    {"toset",
     kConversion,
     "toset(value)",
     "Makes a set of a list: sorted, each element once.",
     R"(toset(["b", "a", "b"]))",
     R"(toset(["a", "b"]))",
     {kOneValue},
     1,
     false,
     ToSet},
    {"tostring",
     kConversion,
     "tostring(value)",
     "Makes text of a number or boolean.",
     "tostring(5432)",
     R"("5432")",
     {kOneValue},
     1,
     false,
     ToString},
    {"try",
     kConversion,
     "try(expression, otherwise, …)",
     "The first expression that has a value; names must be known all the "
     "same.",
     "try({a = 1}.b, 2)",
     "2",
     {kOneValue},
     1,
     true,
     nullptr},
    {"type",
     kConversion,
     "type(value)",
     "The type of a value, as a text.",
     R"(type(["a", 1]))",
     R"x("tuple([string, number])")x",
     {kOneValue},
     1,
     false,
     TypeName},
};

}  // namespace

absl::Span<const Function> ConversionFunctions() { return kFunctions; }

}  // namespace pol::eval
