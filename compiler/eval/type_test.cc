#include "compiler/eval/type.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/eval/convert.h"
#include "compiler/eval/print.h"
#include "tests/expressions/evaluated.h"

namespace pol::eval {
namespace {

using expressions::Evaluated;
using expressions::Expressions;
using ::testing::HasSubstr;

// The type's text, or what is wrong with it.
std::string Read(std::string_view text) {
  Expressions parsed;
  diag::Sink sink;
  const std::optional<Type> type = ParseType(parsed.Parse(text, sink), sink);
  const auto diagnostics = sink.Sorted();
  EXPECT_NE(type.has_value(), !diagnostics.empty()) << text;
  return type.has_value() ? type->ToString() : diagnostics.at(0).message;
}

// The converted value and its type, or why it does not go.
std::string Converted(std::string_view value, std::string_view type) {
  Expressions parsed;
  diag::Sink sink;
  const Type wanted = ParseType(parsed.Parse(type, sink), sink).value();
  Mismatch mismatch;
  const auto out = TryConvert(Evaluated(value).value, wanted, mismatch);
  return out.has_value() ? Print(*out) + " " + TypeOf(*out).ToString()
                         : mismatch.path + " " + mismatch.message;
}

TEST(TypeTest, PrintsWhatItReads) {
  for (const char* text :
       {"any", "bool", "number", "string", "list(string)", "set(any)",
        "map(list(number))", "tuple([])", "tuple([string, any])", "object({})",
        R"(object({"a b" = string, c = optional(number)}))",
        R"(object({port = optional(number, 5432)}))"}) {
    EXPECT_EQ(Read(text), text);
  }
  EXPECT_EQ(Read("object({b = any, a = bool})"), "object({a = bool, b = any})");
}

TEST(TypeTest, SaysWhatIsNoType) {
  EXPECT_EQ(Read("strin"), "there is no type `strin`");
  EXPECT_EQ(Read("\"string\""), "a type is expected here");
  EXPECT_EQ(Read("5"), "a type is expected here");
  EXPECT_EQ(Read("list"), "`list` of what?");
  EXPECT_EQ(Read("list()"), "`list` takes one argument");
  EXPECT_EQ(Read("list(string, any)"), "`list` takes one argument");
  EXPECT_EQ(Read("string(any)"), "`string` takes no argument");
  EXPECT_EQ(Read("vector(any)"), "there is no type `vector`");
  EXPECT_EQ(Read("optional(any)"),
            "`optional` is for attributes of an object type");
  EXPECT_EQ(Read("object(string)"), "`object` takes names with types");
  EXPECT_EQ(Read("tuple(string)"), "`tuple` takes a list of types");
  EXPECT_EQ(Read("object({a = any, a = any})"), "attribute `a` comes twice");
  EXPECT_EQ(Read("object({(a) = any})"),
            "the name of an attribute cannot be computed");
  EXPECT_EQ(Read("object({a = optional()})"),
            "`optional` takes a type and perhaps a default");
  EXPECT_EQ(Read("object({a = optional(number, \"x\")})"),
            "the default of `a` does not fit its type: \"x\" is not a number");
  EXPECT_EQ(Read("object({a = optional(number, b)})"),
            "`b` is a name, and only constants may stand here");
}

struct Row {
  const char* value;
  const char* type;
  const char* result;
};

constexpr Row kRows[] = {
    {"1", "string", R"("1" string)"},
    {"true", "string", R"("true" string)"},
    {R"("0x1")", "number", R"( "0x1" is not a number)"},
    {R"("1.50")", "number", "1.5 number"},
    {R"("false")", "bool", "false bool"},
    {"1", "bool", " a boolean is wanted, this is a number"},
    {"true", "number", " a number is wanted, this is a boolean"},
    {"null", "number", "null number"},
    {"null", "any", "null any"},
    {"[1, \"2\"]", "list(number)", "[1, 2] list(number)"},
    {"[1, \"2\"]", "list(any)", R"(["1", "2"] list(string))"},
    {"[]", "list(any)", "[] list(any)"},
    {"[]", "list(string)", "[] list(string)"},
    {"[2, 1, 2]", "set(number)", "toset([1, 2]) set(number)"},
    {"toset([\"b\", \"a\"])", "list(string)", R"(["a", "b"] list(string))"},
    {"[1, true]", "set(any)", " its elements have no type in common"},
    {"[[1], [[]]]", "list(list(number))",
     "[1][0] a number is wanted, this is a list"},
    {"{a = 1, b = \"x\"}", "map(any)", R"({a = "1", b = "x"} map(string))"},
    {"{a = 1}", "map(bool)", ".a a boolean is wanted, this is a number"},
    {R"({"a b" = 1})", "map(bool)",
     R"(["a b"] a boolean is wanted, this is a number)"},
    {"{a = 1, b = 2}", "object({a = string})",
     R"({a = "1"} object({a = string}))"},
    {"{a = 1}", "object({b = string})", " attribute `b` is missing"},
    {"{}", "object({b = optional(string)})", "{b = null} object({b = string})"},
    {"{}", "object({b = optional(string, 1)})",
     R"({b = "1"} object({b = string}))"},
    {"{b = null}", "object({b = optional(string, 1)})",
     R"({b = "1"} object({b = string}))"},
    {"{b = 5}", "object({b = optional(string, 1)})",
     R"({b = "5"} object({b = string}))"},
    {"tomap({a = 1})", "object({a = number})", "{a = 1} object({a = number})"},
    {"[1, 2]", "tuple([string, number])",
     R"(["1", 2] tuple([string, number]))"},
    {"[1]", "tuple([string, number])", " 2 elements are wanted, here are 1"},
    {"[1]", "map(any)", " an object is wanted, this is a list"},
    {"{}", "list(any)", " a list is wanted, this is an object"},
    {"5", "list(any)", " a list is wanted, this is a number"},
    {"[{a = 1}, {b = \"x\"}]", "list(any)",
     R"([{a = "1"}, {b = "x"}] list(map(string)))"},
    {"[{a = 1}, {a = \"x\"}]", "list(any)",
     R"([{a = "1"}, {a = "x"}] list(object({a = string})))"},
    {"[[1], [true, \"x\"]]", "list(any)",
     R"([["1"], ["true", "x"]] list(list(string)))"},
    {"workload.pg", "any", "workload.pg reference"},
    {"workload.pg", "string", " a string is wanted, this is a reference"},
    {"[workload.pg]", "list(any)", "[workload.pg] list(reference)"},
};

TEST(ConvertTest, FollowsTheRules) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Converted(row.value, row.type), row.result)
        << row.value << " to " << row.type;
  }
}

TEST(ConvertTest, ReportsTheNameThePlaceAndTheType) {
  Expressions parsed;
  diag::Sink sink;
  const Value value = Evaluated("[1, [2]]").value;
  const Value out =
      Convert(value, Type::List(Type::OfNumber()), "variable `ports`", sink);
  EXPECT_TRUE(out.is_invalid());
  const diag::Diagnostic report = sink.Sorted().at(0);
  EXPECT_EQ(report.message,
            "variable `ports` does not fit its type at `[1]`: a number is "
            "wanted, this is a list");
  EXPECT_EQ(report.notes.at(0), "the type is list(number)");
  EXPECT_EQ(report.span, value.elements()[1].span());
}

TEST(ConvertTest, KeepsTheSpansOfTheParts) {
  diag::Sink sink;
  const Value value = Evaluated("[1, 2]").value;
  const Value out = Convert(value, Type::List(Type::String()), "x", sink);
  EXPECT_EQ(out.span(), value.span());
  EXPECT_EQ(out.elements()[1].span(), value.elements()[1].span());
  EXPECT_NE(out.elements()[0].span(), out.elements()[1].span());
}

}  // namespace
}  // namespace pol::eval
