#include "compiler/syntax/parse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
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
  EXPECT_EQ(object.items[0].key, "x");
  EXPECT_EQ(object.items[1].key, "y z");
  EXPECT_EQ(object.items[2].key, "3");
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

TEST_F(ParseTest, RefusedExpressionsAreReportedOnce) {
  const Body& body = ParseText("a = f(1 + 2, \"${x}\")\nb = [1 + 2, 3]\n");
  EXPECT_THAT(Codes(), ElementsAre("P1042", "P1041"));
  EXPECT_TRUE(std::holds_alternative<Invalid>(body.attributes[0].value.value));
  EXPECT_THAT(std::get<List>(body.attributes[1].value.value).elements,
              SizeIs(2));
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
