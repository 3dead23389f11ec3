#include "compiler/automata/regular_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "compiler/automata/regex.h"

namespace pol::automata {
namespace {

using ::testing::Optional;

RegularSet Of(std::string_view expression) {
  absl::StatusOr<RegularSet> set = CompileRegex(expression);
  EXPECT_TRUE(set.ok()) << expression << ": " << set.status().ToString();
  return set.ok() ? *set : RegularSet();
}

// A member of `a` in no other.
std::optional<std::string> Outside(std::string_view a,
                                   std::vector<std::string_view> others) {
  RegularSet in = Of(a);
  std::vector<RegularSet> sets;
  for (std::string_view other : others) sets.push_back(Of(other));
  std::vector<const RegularSet*> out;
  for (const RegularSet& set : sets) out.push_back(&set);
  const RegularSet* const only = &in;
  auto member = FindMember({&only, 1}, out);
  EXPECT_TRUE(member.ok());
  return *member;
}

TEST(RegularSetTest, EmptySet) {
  RegularSet empty;
  EXPECT_TRUE(empty.IsEmpty());
  EXPECT_EQ(empty.Example(), std::nullopt);
  EXPECT_EQ(empty.Prefix(), "");
  EXPECT_FALSE(empty.Contains(""));
  EXPECT_TRUE(Of(R"([^\x00-\xff])").IsEmpty());
}

TEST(RegularSetTest, Examples) {
  EXPECT_THAT(Of("/srv(/.*)?").Example(), Optional(std::string("/srv")));
  EXPECT_THAT(Of("/srv/[^/]+").Example(), Optional(std::string("/srv/a")));
  EXPECT_THAT(Of("/srv/[0-9A-F]{2,}").Example(),
              Optional(std::string("/srv/00")));
  // A readable one, though a shorter one exists; an unreadable one if it must.
  EXPECT_THAT(Of("/(#|ab)").Example(), Optional(std::string("/ab")));
  EXPECT_THAT(Of("/#{2}").Example(), Optional(std::string("/##")));
}

TEST(RegularSetTest, Prefixes) {
  EXPECT_EQ(Of("/srv/app(/.*)?").Prefix(), "/srv/app");
  EXPECT_EQ(Of("(/srv/a|)").Prefix(), "");
  EXPECT_EQ(Of("/srv/(ab|ac)").Prefix(), "/srv/a");
  EXPECT_EQ(Of("/s{3}/.*").Prefix(), "/sss/");
}

TEST(RegularSetTest, Inclusion) {
  EXPECT_EQ(Outside("/a/b", {"/a(/.*)?"}), std::nullopt);
  EXPECT_THAT(Outside("/a(/.*)?", {"/a/b"}), Optional(std::string("/a")));
  EXPECT_THAT(Outside("/a(/.*)?", {"/a", "/a/b.*"}),
              Optional(std::string("/a/")));
  EXPECT_EQ(Outside("/a(/.*)?", {"/a", "/a/", "/a/[^a].*", "/a/a.*"}),
            std::nullopt);
  EXPECT_THAT(Outside("/a(/.*)?", {"/a", "/a/", "/a/[^q].*", "/a/qa.*"}),
              Optional(std::string("/a/q")));
}

// Over two letters all texts of up to six are the oracle.
std::vector<std::string> Texts() {
  std::vector<std::string> texts = {""};
  for (size_t i = 0; texts[i].size() < 6; ++i) {
    texts.push_back(texts[i] + "a");
    texts.push_back(texts[i] + "b");
  }
  return texts;
}

std::string RandomExpression(std::mt19937& random, int depth) {
  switch (random() % (depth == 0 ? 3 : 8)) {
    case 0:
      return "a";
    case 1:
      return "b";
    case 2:
      return "[ab]";
    case 3:
      return absl::StrCat("(", RandomExpression(random, depth - 1), "|",
                          RandomExpression(random, depth - 1), ")");
    case 4:
      return absl::StrCat("(", RandomExpression(random, depth - 1), ")",
                          std::string(1, "*+?"[random() % 3]));
    case 5:
      return absl::StrCat("(", RandomExpression(random, depth - 1), "){1,2}");
    default:
      return absl::StrCat(RandomExpression(random, depth - 1),
                          RandomExpression(random, depth - 1));
  }
}

TEST(RegularSetTest, OperationsAgreeWithBruteForce) {
  const std::vector<std::string> texts = Texts();
  std::mt19937 random(7);
  int inclusions = 0;
  for (int round = 0; round < 3000; ++round) {
    RegularSet a = Of(RandomExpression(random, 4));
    RegularSet b = Of(RandomExpression(random, 4));
    RegularSet c = Of(RandomExpression(random, 4));
    auto both = Intersect(a, b);
    auto without = Subtract(a, b);
    ASSERT_TRUE(both.ok() && without.ok());
    const RegularSet* const in = &a;
    const RegularSet* const out[] = {&b, &c};
    auto witness = FindMember({&in, 1}, out);
    ASSERT_TRUE(witness.ok());
    if (*witness) {
      EXPECT_TRUE(a.Contains(**witness));
      EXPECT_FALSE(b.Contains(**witness) || c.Contains(**witness));
    } else {
      ++inclusions;
    }
    for (const std::string& text : texts) {
      bool in_a = a.Contains(text);
      EXPECT_EQ(both->Contains(text), in_a && b.Contains(text));
      EXPECT_EQ(without->Contains(text), in_a && !b.Contains(text));
      if (in_a && !b.Contains(text) && !c.Contains(text)) {
        ASSERT_TRUE(*witness) << text;
        EXPECT_LE((*witness)->size(), text.size());
      }
      if (in_a) {
        ASSERT_TRUE(a.Example());
        EXPECT_LE(a.Example()->size(), text.size());
        EXPECT_EQ(text.substr(0, a.Prefix().size()), a.Prefix());
      }
    }
    EXPECT_EQ(both->Example().has_value(), !both->IsEmpty());
  }
  EXPECT_GT(inclusions, 100);
}

}  // namespace
}  // namespace pol::automata
