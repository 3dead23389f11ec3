#include "compiler/syntax/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace pol::syntax {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ParseTest : public testing::Test {
 protected:
  const Body& ParseText(const std::string& text) {
    sources_.Add("a.pol", text);
    ast_ = Parse(0, sources_, sink_);
    return ast_.body;
  }
  std::vector<std::string> Codes() const {
    std::vector<std::string> codes;
    for (const auto& diagnostic : sink_.Sorted()) {
      codes.push_back(diagnostic.code->Name());
    }
    return codes;
  }
  std::string Text(Span span) const { return std::string(sources_.Text(span)); }

  support::SourceSet sources_;
  diag::Sink sink_;
  Ast ast_;
};

TEST_F(ParseTest, Empty) {
  EXPECT_THAT(ParseText("").attributes, IsEmpty());
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ParseTest, Blocks) {
  const Body& body = ParseText(
      "policy \"a\\u0062\" c-d {\n  x = 1\n  tls { y = 2 }\n  empty {}\n}\n");
  ASSERT_THAT(body.blocks, SizeIs(1));
  const Block& policy = body.blocks[0];
  EXPECT_EQ(policy.type, "policy");
  ASSERT_THAT(policy.labels, SizeIs(2));
  EXPECT_EQ(policy.labels[0].text, "ab");
  EXPECT_EQ(Text(policy.labels[0].span), "\"a\\u0062\"");
  EXPECT_EQ(policy.labels[1].text, "c-d");
  EXPECT_EQ(Text(policy.header_span), "policy \"a\\u0062\" c-d");
  EXPECT_EQ(policy.span.begin, 0u);
  EXPECT_EQ(Text(policy.span).back(), '}');
  ASSERT_THAT(policy.body.attributes, SizeIs(1));
  EXPECT_EQ(Text(policy.body.attributes[0].span), "x = 1");
  ASSERT_THAT(policy.body.blocks, SizeIs(2));
  EXPECT_THAT(policy.body.blocks[0].body.attributes, SizeIs(1));
  EXPECT_THAT(policy.body.blocks[1].body.attributes, IsEmpty());
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ParseTest, Values) {
  const Body& body = ParseText(
      "a = null\nb = true\nc = -9223372036854775808\nd = 1.50\ne = \"s\"\n"
      "f = [1, [2,],]\ng = { x = 1, \"y z\" : 2\n 3 = 4 }\nh = (((5)))\n"
      "i = -1.5\n");
  const auto& attributes = body.attributes;
  ASSERT_THAT(attributes, SizeIs(9));
  EXPECT_TRUE(std::holds_alternative<Null>(attributes[0].value.value));
  EXPECT_EQ(std::get<bool>(attributes[1].value.value), true);
  EXPECT_EQ(std::get<int64_t>(attributes[2].value.value), INT64_MIN);
  EXPECT_EQ(std::get<Decimal>(attributes[3].value.value).text, "1.50");
  EXPECT_EQ(std::get<std::string>(attributes[4].value.value), "s");
  const auto& list = std::get<List>(attributes[5].value.value);
  ASSERT_THAT(list.elements, SizeIs(2));
  EXPECT_THAT(std::get<List>(list.elements[1].value).elements, SizeIs(1));
  const auto& object = std::get<Object>(attributes[6].value.value);
  ASSERT_THAT(object.items, SizeIs(3));
  EXPECT_EQ(std::get<std::string>(object.items[0].key.value), "x");
  EXPECT_EQ(std::get<std::string>(object.items[1].key.value), "y z");
  EXPECT_EQ(std::get<int64_t>(object.items[2].key.value), 3);
  EXPECT_EQ(std::get<int64_t>(attributes[7].value.value), 5);
  EXPECT_EQ(std::get<Decimal>(attributes[8].value.value).text, "-1.5");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ParseTest, Traversals) {
  const Body& body = ParseText("a = policy.db-access[\"x y\"][3].b.0\n");
  const auto& traversal =
      std::get<Traversal>(body.attributes.at(0).value.value);
  EXPECT_EQ(traversal.root, "policy");
  ASSERT_THAT(traversal.steps, SizeIs(5));
  EXPECT_EQ(std::get<std::string>(traversal.steps[0].key), "db-access");
  EXPECT_EQ(std::get<std::string>(traversal.steps[1].key), "x y");
  EXPECT_EQ(std::get<int64_t>(traversal.steps[2].key), 3);
  EXPECT_EQ(std::get<std::string>(traversal.steps[3].key), "b");
  EXPECT_EQ(std::get<int64_t>(traversal.steps[4].key), 0);
  EXPECT_EQ(Text(traversal.steps[1].span), "\"x y\"");
  EXPECT_TRUE(traversal.steps[0].attribute);
  EXPECT_FALSE(traversal.steps[1].attribute);
  EXPECT_FALSE(traversal.steps[4].attribute);
}

TEST_F(ParseTest, BrokenAttributesKeepTheirNames) {
  const Body& body = ParseText("a = \nb = 1 2\nc \"x\"\nd = 4\ne = { x 1 }\n");
  ASSERT_THAT(body.attributes, SizeIs(5));
  for (int i : {0, 1, 2, 4}) {
    EXPECT_TRUE(std::holds_alternative<Invalid>(
        body.attributes[static_cast<size_t>(i)].value.value));
  }
  EXPECT_EQ(std::get<int64_t>(body.attributes[3].value.value), 4);
  EXPECT_THAT(Codes(), ElementsAre("P1003", "P1004", "P1002", "P1006"));
}

TEST_F(ParseTest, BodyOfABrokenHeaderIsRead) {
  const Body& body = ParseText("p \"a\", {\n  x = 1\n}\nq = 2\n");
  ASSERT_THAT(body.blocks, SizeIs(1));
  EXPECT_TRUE(body.blocks[0].broken);
  EXPECT_THAT(body.blocks[0].body.attributes, SizeIs(1));
  EXPECT_THAT(body.attributes, SizeIs(1));
  EXPECT_THAT(Codes(), ElementsAre("P1002"));
}

TEST_F(ParseTest, SpansOfExpressions) {
  const Body& body = ParseText(
      "a = (1 + x) * f( 2 )\nb = y ? \"a${z}\" : [for v in w : v]\n"
      "c = x[*].y\nd = u[k].n\n");
  const Expression& a = body.attributes.at(0).value;
  EXPECT_EQ(Text(a.span), "(1 + x) * f( 2 )");
  const auto& product = std::get<Operation>(a.value);
  EXPECT_EQ(Text(product.op_span), "*");
  EXPECT_EQ(Text(product.operands.at(0).span), "(1 + x)");
  const auto& call = std::get<Call>(product.operands.at(1).value);
  EXPECT_EQ(Text(call.name_span), "f");
  EXPECT_EQ(Text(product.operands.at(1).span), "f( 2 )");
  const auto& choice = std::get<Operation>(body.attributes.at(1).value.value);
  EXPECT_EQ(Text(choice.op_span), "?");
  const auto& text = std::get<Template>(choice.operands.at(1).value);
  EXPECT_EQ(Text(text.parts.at(0).span), "a");
  EXPECT_EQ(Text(text.parts.at(1).span), "z");
  const auto& loop = std::get<For>(choice.operands.at(2).value);
  EXPECT_EQ(Text(loop.value_span), "v");
  EXPECT_EQ(Text(loop.collection().span), "w");
  EXPECT_EQ(Text(body.attributes.at(2).value.span), "x[*].y");
  const auto& index = std::get<Index>(body.attributes.at(3).value.value);
  EXPECT_TRUE(index.attribute);
  EXPECT_EQ(Text(index.operands.at(0).span), "u[k]");
  EXPECT_EQ(Text(index.operands.at(1).span), "n");
  EXPECT_THAT(Codes(), IsEmpty());
}

TEST_F(ParseTest, EveryBrokenElementIsReported) {
  ParseText(
      "a = [1 +, 2, 3 4, f(5 6, *), 7]\n"
      "b = { x = , y 1\n z = (1 +) * (2 -), w = 3 }\n"
      "c = [for x y : 1]\n"
      "d = \"${1 +} ${2 3} ${[3,,4]}\"\n");
  EXPECT_THAT(Codes(), ElementsAre("P1003", "P1005", "P1005", "P1003",  // a
                                   "P1003", "P1006", "P1003", "P1003",  // b
                                   "P1019",                             // c
                                   "P1003", "P1026", "P1003"));         // d
}

TEST_F(ParseTest, OneMistakeIsOneError) {
  for (const std::string text : {"a = 1 +",
                                 "a = [1,,2]",
                                 "a = [,1]",
                                 "a = [1,,]",
                                 "a = f(,)",
                                 "a = x ? y",
                                 "a = x ? y : ",
                                 "a = [for in y : x]",
                                 "a = [for x : y]",
                                 "a = [for x in y x]",
                                 "a = {for k, v in m : k}",
                                 "a = x[]",
                                 "a = x[1 2]",
                                 "a = x.",
                                 "a = \"${}\"",
                                 "a = \"${x y}\"",
                                 "a = \"${x\"",
                                 "a = (1, 2)",
                                 "a = f(x... y)",
                                 "a = f(x..., y)",
                                 "a = x.*.y.*.z",
                                 "a = { b.c = 1 }",
                                 "a = { = 1 }",
                                 "a = { , }",
                                 "a = [for x in y : x if]",
                                 "a = !",

                                 "a = 1 = 2",
                                 "a = x & y",
                                 "a = {for x in y : x => }",
                                 "a = [for 1 in x : y]",
                                 "a = \"%{if x}y%{endif}\"",
                                 "a = f(x, y",
                                 "a = \"x${f(}\"",
                                 "b \"${x}\" {}",
                                 "a = { x = [1 2] }"}) {
    diag::Sink sink;
    support::SourceSet sources;
    sources.Add("a.pol", text + "\nok = 1\n");
    const Ast ast = Parse(0, sources, sink);
    EXPECT_EQ(sink.reported(), 1u) << text;
    ASSERT_FALSE(ast.body.attributes.empty()) << text;
    EXPECT_EQ(ast.body.attributes.back().name, "ok") << text;
  }
}

TEST_F(ParseTest, HclTakesWhatHclTakes) {
  const std::string text =
      "a = \"x\u200dy\"\nb = 99999999999999999999\nc = "
      "-99999999999999999999\nd = \"e\u0301\"\n"
      "e = - 99999999999999999999\nf = - 9223372036854775808\n";
  sources_.Add("a.hcl", text);
  ast_ = Parse(0, sources_, sink_, Dialect::kHcl);
  EXPECT_THAT(Codes(), IsEmpty());
  ASSERT_THAT(ast_.body.attributes, SizeIs(6));
  const auto& attributes = ast_.body.attributes;
  const auto& negated = std::get<Operation>(attributes[4].value.value);
  EXPECT_EQ(negated.op, Operator::kNegate);
  EXPECT_EQ(std::get<Decimal>(negated.operands[0].value).text,
            "99999999999999999999");
  EXPECT_EQ(std::get<int64_t>(attributes[5].value.value), INT64_MIN);
  EXPECT_EQ(std::get<Decimal>(attributes[1].value.value).text,
            "99999999999999999999");
  EXPECT_EQ(std::get<Decimal>(attributes[2].value.value).text,
            "-99999999999999999999");
  EXPECT_EQ(std::get<std::string>(attributes[3].value.value), "é");
  diag::Sink sink;
  Parse(0, sources_, sink);
  EXPECT_EQ(sink.reported(), 5u);
}

// The spans of hashicorp/hcl's own suite of cases for a parser.
TEST_F(ParseTest, HclErrorsStandWhereHclHasThem) {
  using Spans = std::vector<std::pair<uint32_t, uint32_t>>;
  auto spans = [](const std::string& text) {
    diag::Sink sink;
    support::SourceSet sources;
    sources.Add("a.hcl", text);
    Parse(0, sources, sink, Dialect::kHcl);
    Spans found;
    for (const auto& diagnostic : sink.Sorted()) {
      found.emplace_back(diagnostic.span.begin, diagnostic.span.end);
    }
    return found;
  };
  EXPECT_EQ(spans("a = \"a value\", b = \"b value\"\n"), (Spans{{13, 14}}));
  EXPECT_EQ(spans("a { b = \"foo\", c = \"bar\" }\na { b = \"foo\"\n}\n"
                  "a { b = \"foo\"\n  c = \"bar\" }\n"
                  "a { b = \"foo\"\n  c = \"bar\"\n}\na { d {} }\n"),
            (Spans{{13, 14}, {40, 41}, {56, 57}, {84, 85}, {103, 106}}));
  EXPECT_EQ(spans("a {\n"), (Spans{{2, 3}}));
}

TEST_F(ParseTest, WordsAreOurs) {
  ParseText("a = [1 2]\n= 3\nb {\n  c\n} d\ne = x.\nf = [for x]\ng = (1\n");
  for (const auto& diagnostic : sink_.Sorted()) {
    EXPECT_THAT(diagnostic.message,
                testing::Not(testing::ContainsRegex(
                    "mismatched|extraneous|viable|expecting|EOF|NEWLINE")));
  }
  EXPECT_GE(sink_.reported(), 7u);
}

}  // namespace
}  // namespace pol::syntax
