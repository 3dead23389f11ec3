// What releases of libselinux are known to read differently is never written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "compiler/automata/regex.h"
#include "compiler/selinux/common_form.h"
#include "compiler/selinux/fcontext_records.h"
#include "compiler/selinux/fcontext_rules.h"

namespace pol::selinux {
namespace {

using ::testing::ElementsAre;
using values::FileKind;

ir::Fcontext Rule(std::string path, FileKind kind, std::string type) {
  ir::Fcontext rule;
  rule.path = std::move(path);
  rule.kind = kind;
  if (!type.empty())
    rule.context = values::FileContext{"u", "object_r", std::move(type), "s0"};
  return rule;
}

std::vector<std::string> Lines(const ir::RuleSet& rules) {
  std::vector<std::string> lines;
  for (const FcontextRecord& record : FcontextRecords(rules)) {
    lines.push_back(
        absl::StrCat(record.path, " ", record.file_kind, " ", record.context));
  }
  return lines;
}

// What the five differences hang on, of a list of records.
std::string Divergence(const std::vector<FcontextRecord>& records) {
  for (size_t i = 0; i < records.size(); ++i) {
    const FcontextRecord& record = records[i];
    auto forms = CommonForm(record.path);
    if (!forms.ok() || forms->size() != 1 || (*forms)[0] != record.path)
      return absl::StrCat("not in common form: ", record.path);
    for (size_t j = 0; j < i; ++j) {
      const FcontextRecord& before = records[j];
      std::optional<std::string> literal = LiteralPath(record.path);
      if (literal && literal == LiteralPath(before.path) &&
          (record.file_kind.empty() || before.file_kind.empty() ||
           record.file_kind == before.file_kind)) {
        return absl::StrCat("competing for ", *literal);
      }
    }
  }
  return "";
}

// a: of two records for a literal, the first or the last wins.
TEST(ReleasesTest, LiteralIsSaidOnceForAKind) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/a/b", FileKind::kAny, "x_t"),
                     Rule("/a/b", FileKind::kFile, "y_t"),
                     Rule(R"(/a\/b)", FileKind::kFile, "z_t")};
  EXPECT_EQ(Divergence(FcontextRecords(rules)), "");
  EXPECT_EQ(FcontextRecords(rules).size(), 7u);
}

// b: a deeper <<none>> beats a later rule, or does not.
TEST(ReleasesTest, NarrowNoneComesBehindTheWideRule) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/a/b/c/.*", FileKind::kAny, ""),
                     Rule("/a/.*", FileKind::kAny, "x_t")};
  EXPECT_THAT(Lines(rules),
              ElementsAre("/a/.*  u:object_r:x_t:s0", "/a/b/c/.*  <<none>>"));
}

// c: the second branch is matched, or is not.
TEST(ReleasesTest, AlternativesAreRecordsOfTheirOwn) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/alt/a/x|/alt/b/y", FileKind::kAny, "x_t")};
  EXPECT_THAT(Lines(rules), ElementsAre("/alt/a/x  u:object_r:x_t:s0",
                                        "/alt/b/y  u:object_r:x_t:s0"));
}

// d: an escape is a literal, or an expression.
TEST(ReleasesTest, EscapesAreClasses) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule(R"(/a\x20b)", FileKind::kAny, "x_t"),
                     Rule(R"(/a\d)", FileKind::kAny, "x_t")};
  EXPECT_THAT(Lines(rules), ElementsAre(R"(/a[\d]  u:object_r:x_t:s0)",
                                        R"(/a[\x20]b  u:object_r:x_t:s0)"));
}

// e: `]`, `)` and `}` end the literal beginning, or do not.
TEST(ReleasesTest, LoneBracketsAreEscaped) {
  ir::RuleSet rules;
  rules.fcontexts = {Rule("/a}", FileKind::kAny, "x_t"),
                     Rule("/a]/.*", FileKind::kAny, "x_t")};
  EXPECT_THAT(Lines(rules), ElementsAre(R"(/a\]/.*  u:object_r:x_t:s0)",
                                        R"(/a\}  u:object_r:x_t:s0)"));
}

TEST(ReleasesTest, NoneOfAnyPolicy) {
  std::mt19937 random(5);
  static constexpr const char* kParts[] = {
      "/a", "/b",  R"(\.)", R"(\d)",   R"(\-)", "}", "]",     ".*",
      "+",  "|/c", "(x|y)", R"(\x20)", "[|]",   "?", "x{1,2}"};
  static constexpr FileKind kKinds[] = {FileKind::kAny, FileKind::kFile,
                                        FileKind::kDirectory};
  int written = 0;
  for (int round = 0; round < 1'000; ++round) {
    ir::RuleSet rules;
    for (size_t n = 1 + random() % 6; n > 0; --n) {
      std::string path = "/a";
      for (size_t parts = random() % 4; parts > 0; --parts)
        path += kParts[random() % std::size(kParts)];
      // What is refused never comes this far.
      if (!CommonForm(path).ok()) continue;
      rules.fcontexts.push_back(
          Rule(path, kKinds[random() % 3], random() % 3 == 0 ? "" : "x_t"));
    }
    std::vector<FcontextRecord> records = FcontextRecords(rules);
    EXPECT_EQ(Divergence(records), "") << Dump(records);
    written += static_cast<int>(records.size());
  }
  EXPECT_GT(written, 2'000);
}

}  // namespace
}  // namespace pol::selinux
