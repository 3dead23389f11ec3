#include "compiler/eval/functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/expressions/evaluated.h"

namespace pol::eval {
namespace {

using expressions::Eval;
using expressions::Evaluated;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(FunctionsTest, ExamplesGiveTheirResults) {
  for (const Function& function : Functions()) {
    EXPECT_EQ(Eval(function.example), function.result) << function.name;
    EXPECT_THAT(std::string(function.example),
                HasSubstr(std::string(function.name) + "("))
        << function.name;
  }
}

TEST(FunctionsTest, TableIsComplete) {
  std::set<std::string_view> names;
  for (const Function& function : Functions()) {
    SCOPED_TRACE(std::string(function.name));
    EXPECT_TRUE(names.insert(function.name).second);
    EXPECT_THAT(std::string(function.signature),
                StartsWith(std::string(function.name) + "("));
    EXPECT_EQ(function.doc.back(), '.');
    EXPECT_LE(function.required, function.parameters.size());
    EXPECT_EQ(FindFunction(function.name), &function);
    EXPECT_EQ(WhyNoFunction(function.name), "");
    EXPECT_EQ(function.signature.find("…") != std::string_view::npos,
              function.variadic);
    for (const Parameter& parameter : function.parameters) {
      EXPECT_FALSE(parameter.name.empty());
    }
  }
  EXPECT_GT(names.size(), 75u);
  EXPECT_EQ(FindFunction("nothing"), nullptr);
}

struct Row {
  const char* expression;
  const char* result;
};

class RowTest : public testing::TestWithParam<Row> {};

TEST_P(RowTest, Evaluates) {
  EXPECT_EQ(Eval(GetParam().expression), GetParam().result)
      << GetParam().expression;
}

constexpr Row kText[] = {
    {R"(format("%5s|%-5s|%.2s", "a", "b", "cde"))", R"("    a|b    |cd")"},
    {R"(format("%05d %+d %x %X %#x %o %b", 42, 7, 255, 255, 255, 8, 5))",
     R"("00042 +7 ff FF 0xff 10 101")"},
    {R"(format("%05d", -42))", R"("-0042")"},
    {R"(format("%.2f %e %g", 1.005, 1500, 0.5))", R"("1.00 1.500000e+03 0.5")"},
    {R"(format("%q %t %v %v %v", "a\"b", true, [1, "x"], {a = null}, null))",
     R"("\"a\\\"b\" true [1,\"x\"] {\"a\":null} null")"},
    {R"(format("%[2]s %[1]s", "a", "b"))", R"("b a")"},
    {R"(format("100%%"))", R"("100%")"},
    {R"(format("%s"))",
     "P3106: argument `format` of `format`: no value for `%s`"},
    {R"(format("a", 1))",
     "P3106: argument `value` of `format`: the format does not use this value"},
    {R"(format("%d", 1.5))",
     "P3106: argument `value` of `format`: `%d` takes a whole number, this is "
     "1.5"},
    {R"(format("%s", [1]))",
     "P3106: argument `value` of `format`: `%s` takes text, this is a list"},
    {R"(format("%y", 1))",
     "P3106: argument `format` of `format`: `%y` is no verb"},
    {R"(format("%999999999d", 1))",
     "P3107: a string of more than 8388608 "
     "bytes"},
    {R"(formatlist("%s", ["a"], ["b", "c"]))",
     "P3106: argument `value` of `formatlist`: the lists have 1 and 2 "
     "elements"},
    {R"(formatlist("%s!", "a"))", R"(["a!"])"},
    {R"(formatlist("%s", []))", "[]"},
    {R"(split("", "aé"))", R"(["a", "é"])"},
    {R"(split(",", ""))", R"([""])"},
    {R"(replace("a1b22", "/[0-9]+/", "<$0>"))", R"("a<1>b<22>")"},
    {R"(replace("John Smith", "/(?P<f>\\w+) (\\w+)/", "x"))",
     "P3106: argument `find` of `replace`: some groups have a name and some "
     "have none"},
    {R"(replace("John Smith", "/(\\w+) (\\w+)/", "$2 $1"))", R"("Smith John")"},
    {R"(replace("ab", "/(b)/", "$2"))",
     "P3106: argument `replacement` of `replace`: the pattern has no group "
     "`2`"},
    {R"(replace("ab", "/(b)/", "$$1"))", R"("a$1")"},
    {R"(replace("abc", "/x*/", "-"))", R"("-a-b-c-")"},
    {R"(replace("a", "", "b"))",
     "P3106: argument `find` of `replace`: an empty text is everywhere"},
    {R"(substr("añb", 1, 1))", R"("ñ")"},
    {R"(substr("abc", -2, -1))", R"("bc")"},
    {R"(substr("abc", 5, 2))", R"("")"},
    {R"(substr("abc", 1, 9223372036854775807))", R"("bc")"},
    {R"(strrev("ab🇩🇪"))", R"("🇩🇪ba")"},
    {R"(title("it's o'clock"))", R"("It's O'clock")"},
    {R"(upper("straße"))", R"("STRASSE")"},
    {R"(indent(2, "a\nb\n"))", R"("a\n  b\n  ")"},
    {R"(indent(-1, "a"))",
     "P3106: argument `blanks` of `indent`: a number of blanks"},
    {R"(join("-", toset(["b", "a"])))", R"("a-b")"},
    {R"(join("-", [[]]))",
     "P2103: argument `list` of `join`: a string, number or boolean is wanted "
     "as element 0, this is a list"},
    {R"(join("-", "a"))",
     "P2103: argument `list` of `join`: a list of strings, numbers or booleans "
     "is wanted, this is a string"},
    {R"(trimprefix("abc", "x"))", R"("abc")"},
    {R"(lower(1))",
     "P2103: argument `text` of `lower`: a string is wanted, this is a number"},
    {R"(lower(null))",
     "P2110: argument `text` of `lower`: a string is wanted, "
     "this value is not set"},
    {R"(lower())", "P2101: `lower` takes 1 argument, here are 0"},
    {R"(lower("a", "b"))", "P2101: `lower` takes 1 argument, here are 2"},
    {R"(range())", "P2101: `range` takes 1 to 3 arguments, here are 0"},
    {R"(max())", "P2101: `max` takes at least 1 argument, here are 0"},
};
INSTANTIATE_TEST_SUITE_P(Text, RowTest, testing::ValuesIn(kText));

constexpr Row kRegexes[] = {
    {R"(regex("[a-z]+", "12ab"))", R"("ab")"},
    {R"(regex("(?P<n>[a-z]+)(?P<d>[0-9]+)?", "ab"))",
     R"({d = null, n = "ab"})"},
    {R"x(regex("(a)|(b)", "b"))x", R"([null, "b"])"},
    {R"(regex("x", "ab"))",
     "P3106: argument `text` of `regex`: the pattern does not match \"ab\""},
    {R"(regex("(", "ab"))",
     "P3106: argument `pattern` of `regex`: not a regular expression: missing "
     "): ("},
    {R"(regexall("x*", "aé"))", R"(["", "", ""])"},
    {R"(regexall("x", ""))", "[]"},
    {R"x(regex("(((a{100}){100}){100})", "a"))x",
     "P3106: argument `pattern` of `regex`: not a regular expression: "
     "invalid repetition size: {100}"},
};
INSTANTIATE_TEST_SUITE_P(Regexes, RowTest, testing::ValuesIn(kRegexes));

constexpr Row kCollections[] = {
    {R"(length([1, 2]))", "2"},
    {R"(length({a = 1}))", "1"},
    {R"(length("🇩🇪"))", "1"},
    {R"(length(5))",
     "P2103: argument `value` of `length`: a string, list, set "
     "or object is wanted, this is a number"},
    {R"(contains([1], "1"))", "false"},
    {R"(distinct([1, "1", 1]))", R"([1, "1"])"},
    {R"(element(["a", "b"], -1))", R"("b")"},
    {R"(element([], 0))",
     "P3106: argument `list` of `element`: an empty list has no element"},
    {R"(element(["a"], 0.5))",
     "P3105: argument `index` of `element`: a whole "
     "number of 64 bits is wanted, this is 0.5"},
    {R"(flatten([]))", "[]"},
    {R"(range(1, 10, 4))", "[1, 5, 9]"},
    {R"(range(3, 0))", "[3, 2, 1]"},
    {R"(range(3, 0, 1))", "[]"},
    {R"(range(9223372036854775806, 9223372036854775807))",
     "[9223372036854775806]"},
    {R"(range(-9223372036854775808, 9223372036854775807, 9223372036854775807))",
     "[-9223372036854775808, -1, 9223372036854775806]"},
    {R"(range(1, 5, 0))",
     "P3106: argument `step` of `range`: a step of 0 gets nowhere"},
    {R"(range(100000000000))",
     "P3107: a collection of more than 1000000 elements"},
    {R"(slice([1, 2, 3], 1, 4))",
     "P3100: argument `to` of `slice`: index 4 of a list of 3 elements"},
    {R"(slice([1, 2, 3], 2, 1))",
     "P3106: argument `to` of `slice`: the end is before the start"},
    {R"(sort([10, 9]))", "[9, 10]"},
    {R"(sort([10, "a"]))",
     "P3106: argument `list` of `sort`: strings and "
     "numbers have no order together"},
    {R"(sum([0.5, 0.25]))", "0.75"},
    {R"(sum([]))", "0"},
    {R"(sum([9223372036854775807, 1]))",
     "P3103: argument `list` of `sum`: the sum does not fit in 64 bits"},
    {R"(chunklist([1], 0))",
     "P3106: argument `size` of `chunklist`: a size of at least 1"},
    {R"(chunklist([1, 2], 9223372036854775807))", "[[1, 2]]"},
    {R"(coalesce(null, ""))",
     "P3108: argument `value` of `coalesce`: every "
     "value is null or an empty text"},
    {R"(coalescelist(null, [1]))", "[1]"},
    {R"(index([1], 2))",
     "P3106: argument `value` of `index`: the list does "
     "not hold this value"},
    {R"(one([]))", "null"},
    {R"(one([1, 2]))",
     "P3106: argument `list` of `one`: one element or none "
     "is wanted, here are 2"},
    {R"(alltrue([]))", "true"},
    {R"(anytrue([]))", "false"},
    {R"(alltrue([1]))",
     "P2103: argument `list` of `alltrue`: a boolean is "
     "wanted as element 0, this is a number"},
    {R"(lookup({a = 1}, "b"))",
     "P3101: argument `key` of `lookup`: there is no key `b`"},
    {R"(lookup({a = 1}, "a", 2))", "1"},
    {R"(merge({a = 1}, null))", "{a = 1}"},
    {R"(merge({a = 1}, [1]))",
     "P2103: argument `object` of `merge`: an object "
     "is wanted, this is a list"},
    {R"(zipmap(["a"], []))",
     "P3106: argument `values` of `zipmap`: as many "
     "values as keys are wanted: 1, not 0"},
    {R"(zipmap(["a", "a"], [1, 2]))",
     "P3102: argument `keys` of `zipmap`: a key comes twice"},
    {R"(transpose({a = "x"}))",
     "P2103: argument `object` of `transpose`: a "
     "list of strings is wanted at `a`, this is a "
     "string"},
    {R"(setunion([1], toset([2, 1])))", "toset([1, 2])"},
    {R"(setproduct([], [1]))", "[]"},
    {R"(setproduct(range(1000), range(1000), range(1000)))",
     "P3107: a collection of more than 1000000 elements"},
    {R"(keys({"b c" = 1, a = 2}))", R"(["a", "b c"])"},
};
INSTANTIATE_TEST_SUITE_P(Collections, RowTest, testing::ValuesIn(kCollections));

constexpr Row kNumbers[] = {
    {"abs(-0.5)", "0.5"},
    {"abs(-9223372036854775807 - 1)",
     "P3103: argument `number` of `abs`: the result does not fit in 64 bits"},
    {"floor(-0.5)", "-1"},
    {"ceil(-0.5)", "0"},
    {"min(1, 0.5)", "0.5"},
    {"max(\"1\")",
     "P2103: argument `number` of `max`: a number is wanted, this "
     "is a string"},
    {"pow(2, 62)", "4611686018427387904"},
    {"pow(2, 64)",
     "P3103: argument `exponent` of `pow`: the result does not "
     "fit in 64 bits"},
    {"pow(2, -1)", "0.5"},
    {"pow(0, 0)", "1"},
    {"pow(0, -1)",
     "P3104: argument `exponent` of `pow`: 0 has no negative "
     "power"},
    {"pow(-1, 9223372036854775807)", "-1"},
    {"pow(1.5, 2)", "2.25"},
    {"pow(0.5, 9223372036854775807)",
     "P3103: argument `exponent` of `pow`: "
     "the result is too large or too small"},
    {"pow(4, 0.5)",
     "P3105: argument `exponent` of `pow`: a whole number of 64 "
     "bits is wanted, this is 0.5"},
    {R"(parseint("zz", 36))", "1295"},
    {R"(parseint("-101", 2))", "-5"},
    {R"(parseint("12", 2))",
     "P3106: argument `text` of `parseint`: not a whole number of base 2"},
    {R"(parseint("12", 40))",
     "P3106: argument `base` of `parseint`: a base from 2 to 36"},
    {R"(parseint("ffffffffffffffff", 16))",
     "P3103: argument `text` of "
     "`parseint`: the number does not "
     "fit in 64 bits"},
};
INSTANTIATE_TEST_SUITE_P(Numbers, RowTest, testing::ValuesIn(kNumbers));

constexpr Row kConversions[] = {
    {"tostring(true)", R"("true")"},
    {"tostring(null)", "null"},
    {"tostring([1])",
     "P2109: argument `value` of `tostring`: a string is "
     "wanted, this is a list"},
    {R"(tonumber("1.5"))", "1.5"},
    {R"(tonumber("x"))",
     "P2109: argument `value` of `tonumber`: \"x\" is not a number"},
    {R"(tobool("1"))", "true"},
    {R"(tobool("yes"))",
     "P2109: argument `value` of `tobool`: \"yes\" is "
     "neither \"true\" nor \"false\""},
    {"tobool(1)",
     "P2109: argument `value` of `tobool`: a boolean is wanted, "
     "this is a number"},
    {R"(tolist([1, "a", true]))", R"(["1", "a", "true"])"},
    {"tolist([1, true])",
     "P2109: argument `value` of `tolist`: its elements "
     "have no type in common"},
    {"tolist([1, null])", "[1, null]"},
    {"type(tolist([1, null]))", R"x("list(number)")x"},
    {"type(toset([{a = 1}]))", R"x("set(object({a = number}))")x"},
    {"type(tomap({a = [1], b = [1, 2]}))", R"x("map(list(number))")x"},
    {"type(null)", R"("any")"},
    {"type(workload.pg)", R"("reference")"},
    {R"(tomap({a = [1], b = 2}))",
     "P2109: argument `value` of `tomap`: its "
     "elements have no type in common"},
    {"try(1 / 0, [1][2], 3)", "3"},
    {"try(1 / 0, [1][2])", "P3108: no argument of `try` has a value"},
    {"try(nothing(1), 3)", "P2100: there is no function `nothing`"},
    {"try(local.missing, 3)", "P2999: unknown `local`"},
    {"try()", "P2101: `try` takes at least 1 argument"},
    {"can(1 / 0)", "false"},
    {"can(1)", "true"},
    {"can(local.missing)", "P2999: unknown `local`"},
    {"try([1, 1 / 0], 2)", "2"},
};
INSTANTIATE_TEST_SUITE_P(Conversions, RowTest, testing::ValuesIn(kConversions));

constexpr Row kEncodings[] = {
    {R"(base64decode("/w=="))",
     "P3106: argument `text` of `base64decode`: "
     "what it stands for is not UTF-8 text"},
    {R"(base64decode("4oCu"))",
     "P3106: argument `text` of `base64decode`: it holds U+202E, which no "
     "value "
     "of a policy may hold"},
    {R"(jsondecode("\"\\u0007\""))",
     "P3106: argument `text` of `jsondecode`: it holds U+0007, which no value "
     "of a policy may hold"},
    {R"(jsondecode("{\"\\u200b\": 1}"))",
     "P3106: argument `text` of `jsondecode`: it holds U+200B, which no value "
     "of a policy may hold"},
    {R"(length("e${"\u0301"}") == 1 && "e${"\u0301"}" == "é")", "true"},
    {R"(join("", ["e", "\u0301"]) == "é")", "true"},
    {R"(base64decode("%"))",
     "P3106: argument `text` of `base64decode`: not base64"},
    {R"(jsondecode("[1.5, 12345678901234567890, \"é\", {}, []]"))",
     R"([1.5, 12345678901234567890, "é", {}, []])"},
    {R"(jsondecode("{\"a\":1,\"a\":2}"))",
     "P3106: argument `text` of "
     "`jsondecode`: a key comes twice in "
     "one object"},
    {R"(jsondecode("[1"))",
     "P3106: argument `text` of `jsondecode`: not JSON, from byte 3 on"},
    {R"(jsondecode("1e999999"))",
     "P3106: argument `text` of `jsondecode`: not "
     "JSON, from byte 8 on"},
    {R"(jsonencode(toset(["b", "a"])))", R"("[\"a\",\"b\"]")"},
    {R"(jsonencode(workload.pg))",
     "P3106: argument `value` of `jsonencode`: a reference has no JSON"},
    {R"(jsonencode("\t\"\\"))", R"("\"\\t\\\"\\\\\"")"},
    {R"(jsondecode(join("", [for i in range(200) : "["])))",
     "P3106: argument `text` of `jsondecode`: nested deeper than 128 levels"},
};
INSTANTIATE_TEST_SUITE_P(Encodings, RowTest, testing::ValuesIn(kEncodings));

constexpr Row kNetworks[] = {
    {R"(cidrhost("10.0.0.0/24", -1))", R"("10.0.0.255")"},
    {R"(cidrhost("10.0.0.0/24", 256))",
     "P3106: argument `hostnum` of "
     "`cidrhost`: there is no host 256 in "
     "10.0.0.0/24"},
    {R"(cidrhost("10.0.0.0/24", -257))",
     "P3106: argument `hostnum` of "
     "`cidrhost`: there is no host -257 in "
     "10.0.0.0/24"},
    {R"(cidrhost("10.0.0.1/32", 0))", R"("10.0.0.1")"},
    {R"(cidrhost("fd87::/64", 9223372036854775807))",
     R"("fd87::7fff:ffff:ffff:ffff")"},
    {R"(cidrhost("::/0", -1))", R"("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")"},
    {R"(cidrsubnet("fd87::/48", 16, 1))", R"("fd87:0:0:1::/64")"},
    {R"(cidrsubnet("10.0.0.0/8", 24, 16777215))", R"("10.255.255.255/32")"},
    {R"(cidrsubnet("10.0.0.0/8", 25, 0))",
     "P3106: argument `newbits` of "
     "`cidrsubnet`: a prefix of 8 leaves "
     "0 to 24 bits, not 25"},
    {R"(cidrsubnet("10.0.0.0/8", 1, 2))",
     "P3106: argument `netnum` of "
     "`cidrsubnet`: there is no network 2 "
     "in 1 bit"},
    {R"(cidrsubnet("::/0", 128, 1))", R"("::1/128")"},
    {R"(cidrsubnet("0.0.0.0/0", 0, 0))", R"("0.0.0.0/0")"},
    {R"(cidrsubnets("10.0.0.0/8", 1, 1))", R"(["10.0.0.0/9", "10.128.0.0/9"])"},
    {R"(cidrsubnets("10.0.0.0/8", 1, 1, 1))",
     "P3106: argument `newbits` of "
     "`cidrsubnets`: no room is left "
     "in 10.0.0.0/8"},
    {R"(cidrsubnets("::/0", 0, 0))",
     "P3106: argument `newbits` of "
     "`cidrsubnets`: no room is left in "
     "::/0"},
    {R"(cidrnetmask("fd87::/16"))",
     "P3106: argument `prefix` of `cidrnetmask`: only IPv4 has netmasks"},
    {R"(cidrnetmask("0.0.0.0/0"))", R"("0.0.0.0")"},
    {R"(cidrcontains("10.0.0.0/8", "10.0.0.0/7"))", "false"},
    {R"(cidrcontains("10.0.0.0/8", "fd87::1"))", "false"},
};
INSTANTIATE_TEST_SUITE_P(Networks, RowTest, testing::ValuesIn(kNetworks));

TEST(FunctionsTest, UnknownOnesSayWhyOrWhatIsNear) {
  EXPECT_THAT(Evaluated("timestamp()").diagnostics.at(0).helps.at(0),
              HasSubstr("no clock"));
  EXPECT_THAT(Evaluated(R"(file("a"))").diagnostics.at(0).helps.at(0),
              HasSubstr("reads no files"));
  EXPECT_THAT(Evaluated("uuid()").diagnostics.at(0).helps.at(0),
              HasSubstr("no randomness"));
  EXPECT_THAT(Evaluated(R"(getenv("A"))").diagnostics.at(0).helps.at(0),
              HasSubstr("environment"));
  const auto near = Evaluated(R"(lenght("a"))").diagnostics.at(0);
  EXPECT_EQ(near.helps.at(0), "did you mean `length`?");
  ASSERT_EQ(near.fixes.size(), 1u);
  EXPECT_EQ(near.fixes[0].edits.at(0).replacement, "length");
  EXPECT_EQ(Evaluated("mine(1)", {.functions = {{"mime(a)", "a"}}})
                .diagnostics.at(0)
                .helps.at(0),
            "did you mean `mime`?");
}

}  // namespace
}  // namespace pol::eval
