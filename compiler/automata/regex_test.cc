#define PCRE2_CODE_UNIT_WIDTH 8

#include "compiler/automata/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pcre2.h>

#include <memory>
#include <optional>
#include <random>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pol::automata {
namespace {

// The expression as libselinux compiles and matches it.
class Pcre {
 public:
  explicit Pcre(const std::string& expression) {
    std::string anchored = absl::StrCat("^", expression, "$");
    int error = 0;
    PCRE2_SIZE offset = 0;
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(anchored.data()),
                              anchored.size(), PCRE2_DOTALL, &error, &offset,
                              nullptr));
    if (code_ == nullptr) return;
    match_.reset(pcre2_match_data_create_from_pattern(code_.get(), nullptr));
  }

  bool valid() const { return code_ != nullptr; }

  // Nothing where PCRE2 gives up.
  std::optional<bool> Matches(const std::string& text) const {
    int result =
        pcre2_match(code_.get(), reinterpret_cast<PCRE2_SPTR>(text.data()),
                    text.size(), 0, 0, match_.get(), nullptr);
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    return std::nullopt;
  }

 private:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* match) const {
      pcre2_match_data_free(match);
    }
  };
  std::unique_ptr<pcre2_code, Free> code_;
  std::unique_ptr<pcre2_match_data, Free> match_;
};

absl::StatusCode CodeOf(const std::string& expression) {
  return CompileRegex(expression).status().code();
}

TEST(RegexTest, Matches) {
  RegularSet tree = *CompileRegex(R"(/srv/www\.[a-z]+(/.*)?)");
  EXPECT_TRUE(tree.Contains("/srv/www.org"));
  EXPECT_TRUE(tree.Contains("/srv/www.org/a/b"));
  EXPECT_TRUE(tree.Contains("/srv/www.org/a\nb"));
  EXPECT_FALSE(tree.Contains("/srv/wwwxorg"));
  EXPECT_FALSE(tree.Contains("/srv/www.orga1"));
  EXPECT_FALSE(tree.Contains("x/srv/www.org"));
}

// Every byte against every kind of set.
TEST(RegexTest, SetsAreThoseOfPcre) {
  for (const char* expression : {R"(\d)",
                                 R"(\D)",
                                 R"(\w)",
                                 R"(\W)",
                                 R"(\s)",
                                 R"(\S)",
                                 R"(\h)",
                                 R"(\H)",
                                 R"(\v)",
                                 R"(\V)",
                                 R"(\N)",
                                 ".",
                                 "[[:alpha:]]",
                                 "[[:alnum:]]",
                                 "[[:ascii:]]",
                                 "[[:blank:]]",
                                 "[[:cntrl:]]",
                                 "[[:digit:]]",
                                 "[[:graph:]]",
                                 "[[:lower:]]",
                                 "[[:print:]]",
                                 "[[:punct:]]",
                                 "[[:space:]]",
                                 "[[:upper:]]",
                                 "[[:word:]]",
                                 "[[:xdigit:]]",
                                 "[[:^alpha:]_]",
                                 "[^[:^space:]x]",
                                 R"([\d\-x])",
                                 R"([^\W\d])",
                                 R"([\x00-\x1f\n])",
                                 R"(\x)",
                                 R"(\x4)",
                                 R"(\x4a)",
                                 R"(\x4G?)",
                                 R"(\0)",
                                 R"(\012)",
                                 R"([\012])",
                                 R"(\a\e\f\n\r\t)",
                                 "[a-]",
                                 "[-a]",
                                 "[]a]",
                                 "[^]a]",
                                 "[a-c-e]",
                                 "[+--]",
                                 R"([\b])",
                                 R"(\_)",
                                 R"(\-)",
                                 R"(\ )",
                                 R"([!-\]])",
                                 "[[a]",
                                 "a{",
                                 "a{x}",
                                 "]",
                                 "}",
                                 "[(|*+?{]",
                                 "[.]",
                                 "[:]",
                                 "[:a]",
                                 "[=.]",
                                 "[[.]",
                                 "[[:]",
                                 "[a[.]",
                                 "[^.]",
                                 "[^:a]",
                                 R"([\.-0])",
                                 "\xc3\xa9",
                                 "[\xc3\xa9]",
                                 "\\\xc3"}) {
    Pcre pcre(expression);
    ASSERT_TRUE(pcre.valid()) << expression;
    absl::StatusOr<RegularSet> set = CompileRegex(expression);
    ASSERT_TRUE(set.ok()) << expression << set.status().ToString();
    for (int byte = 0; byte < 256; ++byte) {
      std::string text(1, static_cast<char>(byte));
      EXPECT_EQ(set->Contains(text), pcre.Matches(text))
          << expression << " " << byte;
    }
    if (std::optional<std::string> example = set->Example()) {
      EXPECT_EQ(pcre.Matches(*example), true) << expression << *example;
    }
  }
}

TEST(RegexTest, WhatIsNotModelledIsUnknown) {
  for (const char* expression :
       {R"((a)\1)",  "(?=a)",    "(?!a)",     "(?<=a)",    "(?i)a",
        "(?>a)",     "a++",      "a*+",       R"(\ba)",    R"(\Ba)",
        R"(a\K)",    R"(\Qa\E)", R"(\Aa)",    R"(a\z)",    R"(\R)",
        R"(\X)",     R"(\pL)",   R"(\x{61})", R"(\cA)",    R"((?R))",
        "(*ACCEPT)", "a^b",      "(a$)",      "(^a)",      "a|b",
        "/a|/b",     "a{,3}",    "a{1, 2}",   "[:alpha:]", "[[:nonsense:]]",
        "[[.a.]]",   "[[=a=]]",  R"([a-\d])", R"([\d-a])", "a{2}{3}",
        R"(\g1)",    R"(\k<a>)", "a\\"}) {
    EXPECT_EQ(CodeOf(expression), absl::StatusCode::kUnimplemented)
        << expression;
  }
}

TEST(RegexTest, WhatIsNoExpressionIsAnError) {
  for (const char* expression : {"(a", "a)", "[a", "[]", "*a", "(+)", "(|?)",
                                 "[b-a]", "a{2,1}", "a{99999}"}) {
    EXPECT_EQ(CodeOf(expression), absl::StatusCode::kInvalidArgument)
        << expression;
    EXPECT_FALSE(Pcre(expression).valid()) << expression;
  }
  EXPECT_EQ(CodeOf(std::string("a\0b", 3)), absl::StatusCode::kInvalidArgument);
}

TEST(RegexTest, AnchorsAtTheEndsAreIdle) {
  for (const char* expression : {"^/a", "^^/a", "/a$", "/a$$", "^/a$"}) {
    RegularSet set = *CompileRegex(expression);
    EXPECT_TRUE(set.Contains("/a")) << expression;
    EXPECT_TRUE(set.Contains("/a\n")) << expression;
    EXPECT_FALSE(set.Contains("/a\n\n")) << expression;
    EXPECT_FALSE(set.Contains("/ab")) << expression;
  }
}

TEST(RegexTest, LimitsAreStatuses) {
  EXPECT_EQ(CodeOf(".*a.{30}"), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeOf("(a{1000}){1000}"), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(CodeOf("(((){60000}){60000}){60000}"),
            absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(CompileRegex("/" + std::string(4000, 'a')).ok());
  std::string deep = std::string(2000, '(') + "a" + std::string(2000, ')');
  EXPECT_EQ(CodeOf(deep), absl::StatusCode::kUnimplemented);
  EXPECT_TRUE(CompileRegex("(((((a*)*)*)*)*)*").ok());
}

// A random text of what expressions are made of; most are none.
std::string RandomText(std::mt19937& random, std::string_view parts,
                       size_t length) {
  std::string text;
  for (size_t i = random() % (length + 1); i > 0; --i) {
    text += parts[random() % parts.size()];
  }
  return text;
}

std::string RandomExpression(std::mt19937& random, int depth) {
  static constexpr std::string_view kAtoms[] = {
      "a", "b",      "-",     ".",           R"(\d)",    R"(\.)", "[ab]",
      "1", "[^a-b]", R"(\n)", "[[:alpha:]]", R"([\w.])", "/",     "[]b-]"};
  static constexpr std::string_view kQuantifiers[] = {
      "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0}", "*?", "+?", "{0,2}?"};
  if (depth == 0) return std::string(kAtoms[random() % std::size(kAtoms)]);
  std::string one = RandomExpression(random, depth - 1);
  switch (random() % 5) {
    case 0:
      return absl::StrCat("(", one, "|", RandomExpression(random, depth - 1),
                          ")");
    case 1: {
      std::string_view quantifier =
          kQuantifiers[random() % std::size(kQuantifiers)];
      return absl::StrCat("(", one, ")", std::string(quantifier));
    }
    case 2:
      return absl::StrCat("(?:", one, "|)");
    default:
      return one + RandomExpression(random, depth - 1);
  }
}

TEST(RegexTest, AgreesWithPcreOnRandomExpressions) {
  std::mt19937 random(11);
  int compared = 0;
  int matched = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string expression = RandomExpression(random, 4);
    Pcre pcre(expression);
    ASSERT_TRUE(pcre.valid()) << expression;
    absl::StatusOr<RegularSet> set = CompileRegex(expression);
    ASSERT_TRUE(set.ok()) << expression << ": " << set.status().ToString();
    for (int i = 0; i < 30; ++i) {
      std::string text = RandomText(random, "aab1/.-\n", 7);
      std::optional<bool> expected = pcre.Matches(text);
      if (!expected) continue;
      ++compared;
      matched += *expected ? 1 : 0;
      EXPECT_EQ(set->Contains(text), *expected)
          << expression << " on " << absl::CEscape(text);
    }
    ASSERT_EQ(set->IsEmpty(), !set->Example());
    if (set->Example()) {
      EXPECT_NE(pcre.Matches(*set->Example()), false) << expression;
    }
  }
  EXPECT_GT(compared, 100'000);
  EXPECT_GT(matched, 5'000);
}

// What PCRE2 refuses is refused, and what is accepted matches the same, for
// texts that are hardly ever meant as expressions.
TEST(RegexTest, AgreesWithPcreOnNoise) {
  std::mt19937 random(13);
  int accepted = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string expression =
        RandomText(random, R"(aab1,,|()()[[]]^-:{}{}*+?.\\\dwsxnh0$/ )", 9);
    Pcre pcre(expression);
    absl::StatusOr<RegularSet> set = CompileRegex(expression);
    if (set.status().code() == absl::StatusCode::kInvalidArgument) {
      EXPECT_FALSE(pcre.valid())
          << expression << ": " << set.status().ToString();
    }
    if (!set.ok()) continue;
    ASSERT_TRUE(pcre.valid()) << expression;
    ++accepted;
    for (int i = 0; i < 10; ++i) {
      std::string text = RandomText(random, "aab1,[]-:{}^$dwsx0/ \n", 5);
      std::optional<bool> expected = pcre.Matches(text);
      if (!expected) continue;
      EXPECT_EQ(set->Contains(text), *expected)
          << expression << " on " << absl::CEscape(text);
    }
    if (set->Example()) {
      EXPECT_NE(pcre.Matches(*set->Example()), false) << expression;
    }
  }
  EXPECT_GT(accepted, 20'000);
}

}  // namespace
}  // namespace pol::automata
