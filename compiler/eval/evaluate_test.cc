#include "compiler/eval/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "compiler/eval/type.h"
#include "tests/expressions/evaluated.h"

namespace pol::eval {
namespace {

using expressions::Eval;
using expressions::Evaluated;
using expressions::Surroundings;
using ::testing::HasSubstr;

struct Row {
  const char* expression;
  const char* result;
};

const Surroundings kPolicy = {
    .locals = {{"ports", "[80, 443]"},
               {"tags", R"({tier = "db", zone = "a"})"},
               {"nothing", "null"},
               {"bad", "1 / 0"},
               {"users", R"([{name = "a", age = 1}, {name = "b", age = 2}])"},
               {"set", R"(toset(["b", "a"]))"}},
    .functions = {{"double(x)", "x * 2"},
                  {"pick(list, i)", "list[i]"},
                  {"outer(x)", "double(x) + 1"},
                  {"loop(x)", "loop(x)"},
                  {"leak()", "x"}}};

class PolicyTest : public testing::TestWithParam<Row> {};

TEST_P(PolicyTest, Evaluates) {
  Surroundings around = kPolicy;
  // Reported where it stands, once, before the expression.
  around.locals.erase("bad");
  EXPECT_EQ(Eval(GetParam().expression, around), GetParam().result)
      << GetParam().expression;
}

constexpr Row kOperators[] = {
    {"1 + 2 * 3", "7"},
    {"7 / 2", "3.5"},
    {"6 / 2", "3"},
    {"-7 % 3", "-1"},
    {"7.5 % 2", "1.5"},
    {"-(1 + 1)", "-2"},
    {"1.5 + 1.5", "3"},
    {"9223372036854775807 + 1",
     "P3103: the result does not fit in 64 bits: 9223372036854775808"},
    {"-9223372036854775808 - 1",
     "P3103: the result does not fit in 64 bits: -9223372036854775809"},
    {"9223372036854775807 * 9223372036854775807",
     "P3103: the result does not fit in 64 bits: "
     "85070591730234615847396907784232501249"},
    {"-(-9223372036854775807 - 1)",
     "P3103: the result does not fit in 64 bits"},
    {"1e200 * 1e200", "P3103: the result is too large or too small"},
    {"1e400", "P3103: a number that is too large or too small"},
    {"1 / 0", "P3104: division by zero"},
    {"1 % 0", "P3104: division by zero"},
    {R"("1" + 1)", "P2102: `+` takes numbers, this is a string"},
    {"true * 2", "P2102: `*` takes numbers, this is a boolean"},
    {"null - 2", "P2110: `-` takes numbers, this value is not set"},
    {R"(-"a")", "P2102: `-` takes numbers, this is a string"},
    {"1 < 2", "true"},
    {"2 <= 1", "false"},
    {"2 >= 2.0", "true"},
    {"0.1 + 0.2 > 0.3", "false"},
    {R"("a" < "b")",
     "P2102: `<` takes numbers, this is a string; P2102: `<` "
     "takes numbers, this is a string"},
    {"true && false", "false"},
    {"true || 1 / 0 == 0", "true"},
    {"false && 1 / 0 == 0", "false"},
    {"false && lost == 0", "P2999: unknown `lost`"},
    {"true || wrong(1)", "P2100: there is no function `wrong`"},
    {"1 && true", "P2102: `&&` takes booleans, this is a number"},
    {R"(!"true")", "P2102: `!` takes booleans, this is a string"},
    {"!null", "P2110: `!` takes booleans, this value is not set"},
    {"!true", "false"},
    {R"("1" == 1)", "false"},
    {"1 == 1.0", "true"},
    {"null == null", "true"},
    {"local.nothing == null", "true"},
    {"[1, [2]] == [1, [2]]", "true"},
    {"[1] == tolist([1])", "true"},
    {"[1] == toset([1])", "false"},
    {"{a = 1} == tomap({a = 1})", "true"},
    {"{a = 1} != {a = 2}", "true"},
    {"workload.pg == workload.pg", "true"},
    {"workload.pg == workload.web", "false"},
    {R"(workload.pg == "workload.pg")", "false"},
    {"1 < 2 ? \"a\" : 2", R"("a")"},
    {"false ? 1 / 0 : 2", "2"},
    {"false ? lost : 2", "P2999: unknown `lost`"},
    {"1 ? 2 : 3", "P2102: a condition takes booleans, this is a number"},
    {"null ? 2 : 3",
     "P2110: a condition takes booleans, this value is not "
     "set"},
};
INSTANTIATE_TEST_SUITE_P(Operators, PolicyTest, testing::ValuesIn(kOperators));

constexpr Row kParts[] = {
    {"local.ports[1]", "443"},
    {"local.ports[0 + 1]", "443"},
    {"local.ports[2]", "P3100: index 2 of a list of 2 elements"},
    {"local.ports[-1]", "P3100: index -1 of a list of 2 elements"},
    {"local.ports[0.5]", "P3105: an index is a whole number, this is 0.5"},
    {R"(local.ports["0"])",
     "P2105: a list is indexed by a number, this is a string"},
    {"local.ports.first", "P2104: a list has no attribute `first`"},
    {"local.tags.tier", R"("db")"},
    {R"(local.tags["tier"])", R"("db")"},
    {R"(local.tags["ti${"er"}"])", R"("db")"},
    {"local.tags.tiers", "P3101: there is no key `tiers`"},
    {"local.tags[0]",
     "P2105: an object is asked by a string, this is a number"},
    {"local.nothing.a", R"(P2110: a value that is not set has no "a")"},
    {"local.set[0]", "P2104: a set cannot be indexed"},
    {"workload.pg.name", R"(P2104: `workload.pg` has no "name")"},
    {R"("abc"[0])", "P2104: a string has no parts, and no 0"},
    {"[[1, 2]][0][1]", "2"},
    {"{a = {b = 1}}.a.b", "1"},
    {"local.users[*].name", R"(["a", "b"])"},
    {"local.users.*.name", R"(["a", "b"])"},
    {"local.set[*]", R"(["a", "b"])"},
    {"local.nothing[*].name", "[]"},
    {"local.tags[*].tier", R"(["db"])"},
    {"5[*]", "[5]"},
    {"[[1, 2], [3]][*][0]", "[1, 3]"},
    {"[[{a = 1}]][*][*].a", "[[1]]"},
    {"local.users[*].nope", "P3101: there is no key `nope`"},
    {"local.nothing[*][lost]", "P2999: unknown `lost`"},
};
INSTANTIATE_TEST_SUITE_P(Parts, PolicyTest, testing::ValuesIn(kParts));

constexpr Row kConstructors[] = {
    {"[1, \"a\", true, null]", R"([1, "a", true, null])"},
    {R"({"b c" = 1, a : 2})", R"({a = 2, "b c" = 1})"},
    {R"({(local.tags.tier) = 1})", "{db = 1}"},
    {R"({"${local.tags.tier}s" = 1})", "{dbs = 1}"},
    {"{(1) = 2}", "P2105: a key is a string, this is a number"},
    {"{(null) = 2}", "P2105: a key is a string, this is null"},
    {"{a = 1, a = 2}", "P3102: key `a` comes twice"},
    {"[1 / 0, 2][1]", "P3104: division by zero"},
    {R"("a${1}b${true}c${"d"}")", R"("a1btruecd")"},
    {R"("${[1]}")", "[1]"},
    {R"("a${[1]}")", "P2106: a list has no text"},
    {R"("a${null}")", "P2106: a value that is not set has no text"},
    {R"("a${{b = 1}}")", "P2106: an object has no text"},
    {R"("a${workload.pg}")", "P2106: a reference has no text"},
    {R"("a${1.50}")", R"("a1.5")"},
    {"[for p in local.ports : p + 1]", "[81, 444]"},
    {"[for i, p in local.ports : i * p]", "[0, 443]"},
    {"[for p in local.ports : p if p > 100]", "[443]"},
    {"[for k, v in local.tags : \"${k}=${v}\"]", R"(["tier=db", "zone=a"])"},
    {"[for k, v in local.set : \"${k}${v}\"]", R"(["aa", "bb"])"},
    {"{for u in local.users : u.name => u.age}", "{a = 1, b = 2}"},
    {"{for u in local.users : \"x\" => u.age...}", "{x = [1, 2]}"},
    {"{for u in local.users : \"x\" => u.age}", "P3102: key `x` comes twice"},
    {"{for u in local.users : u.age => 1}",
     "P2105: a key is a string, this is a number"},
    {"[for x in null : x]",
     "P2110: `for` goes through lists, sets and "
     "objects, this value is not set"},
    {"[for x in 5 : x]",
     "P2107: `for` goes through lists, sets and objects, "
     "this is a number"},
    {"[for x in [] : lost]", "P2999: unknown `lost`"},
    {"[for x in [1] : [for x in [2] : x]]", "[[2]]"},
    {"[for x in [1, 2] : x if x]",
     "P2102: `if` takes booleans, this is a number"},
    {"[for x in [1, 2] : 1 / 0]", "P3104: division by zero"},
    {"[for x in [1] : x][0] + x", "P2999: unknown `x`"},
};
INSTANTIATE_TEST_SUITE_P(Constructors, PolicyTest,
                         testing::ValuesIn(kConstructors));

constexpr Row kCalls[] = {
    {"double(4)", "8"},
    {"outer(4)", "9"},
    {"pick(local.ports, 1)", "443"},
    {"pick([local.ports, 0]...)", "80"},
    {"double()", "P2101: `double` takes 1 argument, here are 0"},
    {"pick(1)", "P2101: `pick` takes 2 arguments, here is 1"},
    {R"(double("a"))", "P2102: `*` takes numbers, this is a string"},
    {"[for x in [1] : leak()]", "P2999: unknown `x`"},
    {"loop(1)",
     "P3107: expressions within expressions, calls and names deeper "
     "than 1000 levels"},
    {"max(1...)", "P2107: `...` unrolls a list, this is a number"},
    {"max(null...)", "P2110: `...` unrolls a list, this value is not set"},
    {"max([]...)", "P2101: `max` takes at least 1 argument, here are 0"},
    {"max(toset([1, 3])...)", "3"},
    {"lenght(lost)",
     "P2100: there is no function `lenght`; P2999: unknown "
     "`lost`"},
};
INSTANTIATE_TEST_SUITE_P(Calls, PolicyTest, testing::ValuesIn(kCalls));

class HclTest : public testing::TestWithParam<Row> {};

TEST_P(HclTest, Evaluates) {
  Surroundings around = kPolicy;
  around.locals.erase("bad");
  around.options.hcl = true;
  EXPECT_EQ(Eval(GetParam().expression, around), GetParam().result)
      << GetParam().expression;
}

constexpr Row kHcl[] = {
    {R"("1" + 1)", "2"},
    {R"("5" > 3)", "true"},
    {R"(!"true")", "false"},
    {R"("true" && true)", "true"},
    {"9223372036854775807 + 1", "9223372036854775808"},
    {"-(-9223372036854775807 - 1)", "9223372036854775808"},
    {"1 / 0", "P3104: division by zero"},
    {"[1] == tolist([1])", "false"},
    {"true || lost", "P2999: unknown `lost`"},
    {"true ? 1 : \"a\"", R"("1")"},
    {"false ? [1] : [\"a\", \"b\"]", R"(["a", "b"])"},
    {"true ? [1] : {}",
     "P2102: the two results have no type in common: "
     "tuple([number]) and object({})"},
    {"true ? null : 1", "null"},
    {"true ? 1 : 1 / 0", "1"},
    {R"(local.ports["1"])", "443"},
    {R"({"1" = "a"}[1])", R"("a")"},
    {"{(1) = 2}", R"({"1" = 2})"},
    {"{a = 1, a = 2}", "{a = 2}"},
};
INSTANTIATE_TEST_SUITE_P(Hcl, HclTest, testing::ValuesIn(kHcl));

TEST(EvaluateTest, DecimalsHave512Bits) {
  EXPECT_THAT(Eval("1 / 3"),
              ::testing::StartsWith("0." + std::string(150, '3')));
  EXPECT_EQ(Eval("1 / 3 * 3"), "1");
}

TEST(EvaluateTest, PointsAtBothPlaces) {
  const auto index = Evaluated("local.ports[7]", kPolicy).diagnostics;
  // local.bad is there too.
  const diag::Diagnostic* found = nullptr;
  for (const auto& diagnostic : index) {
    if (diagnostic.code->number == 3100) found = &diagnostic;
  }
  ASSERT_NE(found, nullptr);
  ASSERT_EQ(found->labels.size(), 1u);
  EXPECT_EQ(found->labels[0].text, "the list is written here");
  EXPECT_NE(found->labels[0].span.file, found->span.file);
}

TEST(EvaluateTest, SaysWhichCallsLedThere) {
  Surroundings around = kPolicy;
  around.locals.clear();
  const auto report = Evaluated(R"(outer("a"))", around).diagnostics.at(0);
  ASSERT_EQ(report.labels.size(), 3u);
  EXPECT_EQ(report.labels[0].text, "in this call of `double`");
  EXPECT_EQ(report.labels[1].text, "in this call of `outer`");
  EXPECT_EQ(report.labels[2].text, "the value is written here");
}

TEST(EvaluateTest, InvalidAbsorbsEverything) {
  for (const char* use :
       {"local.bad + 1", "-local.bad", "!local.bad", "local.bad == 1",
        "local.bad && true", "local.bad ? 1 : 2", "local.bad[0]",
        "local.bad.x[*].y", "local.bad[*]", "\"a${local.bad}\"",
        "[for x in local.bad : x]", "max(local.bad)", "max(local.bad...)",
        "double(local.bad)", "{(local.bad) = 1}", "length([local.bad])",
        "local.ports[local.bad]", "try(local.bad, 1 / local.bad)"}) {
    EXPECT_EQ(Eval(use, kPolicy), "P3104: division by zero") << use;
  }
}

TEST(EvaluateTest, BudgetHolds) {
  const Surroundings around = {.locals = {{"n", "range(5000)"}}};
  const std::pair<const char*, const char*> rows[] = {
      {"[for a in range(5000) : [for b in range(5000) : b]]", "P3107"},
      {"[for a in local.n : [for b in local.n : 1 if false]]",
       "P3107: expressions take more than 10000000 steps"},
      {R"([for i in range(200000) : format("%1000s", "a")])",
       "P3107: expressions make more than 134217728 bytes"},
      {"[for a in range(3000) : setproduct(range(30), range(30))]", "P3107"},
      {R"(replace(format("%8000000s", ""), "/ /", "xxxxxxxx"))", "P3107"},
      {R"(regexall("(((a|b)?){20}c?){20}x", format("%8000000s", "")))",
       "P3107: expressions take more than 10000000 steps"},
      {"try(range(10000000), 1)", "P3107"},
      {"can(range(10000000))", "P3107"},
  };
  for (const auto& [expression, code] : rows) {
    EXPECT_THAT(Eval(expression, around), HasSubstr(code)) << expression;
  }
}

TEST(EvaluateTest, SharedValuesCountEachTime) {
  // Each doubles what it holds: 2 to the power of 40 elements.
  std::string expression = "[1]";
  Surroundings around = {.functions = {{"twice(x)", "[x, x]"}}};
  for (int i = 0; i < 40; ++i) expression = "twice(" + expression + ")";
  EXPECT_EQ(Eval("length(jsonencode(" + expression + "))", around),
            "P3107: a value of more than 134217728 bytes");
}

TEST(EvaluateTest, BindingsHideNames) {
  expressions::Expressions parsed;
  expressions::FakeEnvironment environment;
  diag::Sink sink;
  Budget budget;
  const Binding bindings[] = {
      {"each", Value::Object({{"key", {}, Value::String("a", {})}}, {})}};
  const Value value = Evaluate(parsed.Parse("each.key", sink), environment,
                               bindings, budget, sink);
  ASSERT_FALSE(sink.HasErrors());
  EXPECT_EQ(value.as_string(), "a");
}

}  // namespace
}  // namespace pol::eval
