#include "compiler/analysis/fcontexts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/selinux/fcontext_rules.h"

namespace pol::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using values::FileKind;

// A policy whose rules stand at spans numbered from 0.
class Policy {
 public:
  Policy& Fcontext(std::string path, FileKind kind, std::string type) {
    ir::Fcontext rule;
    rule.path = std::move(path);
    rule.kind = kind;
    rule.context = Type(std::move(type));
    rule.origin.span = NextSpan();
    rules_.fcontexts.push_back(std::move(rule));
    return *this;
  }
  Policy& File(std::string path, std::string type) {
    ir::File file;
    file.path = std::move(path);
    file.context = Type(std::move(type));
    file.origin.span = NextSpan();
    rules_.files.push_back(std::move(file));
    return *this;
  }

  Policy& Equivalence(std::string path, std::string equal_to) {
    rules_.equivalences.push_back({std::move(path), std::move(equal_to), {}});
    rules_.equivalences.back().origin.span = NextSpan();
    return *this;
  }

  const ir::RuleSet& rules() const { return rules_; }

  // "P5100 0: text at 1, text at 2" by place.
  std::vector<std::string> Findings() const {
    diag::Sink sink;
    CheckFcontexts(rules_, sink);
    std::vector<std::string> findings;
    for (const diag::Diagnostic& diagnostic : sink.Sorted()) {
      std::string& text = findings.emplace_back(
          absl::StrCat(diagnostic.code->Name(), " ", diagnostic.span.begin));
      for (const diag::Label& label : diagnostic.labels) {
        absl::StrAppend(&text, "; ", label.span.begin, ": ", label.text);
      }
    }
    return findings;
  }

 private:
  static std::optional<values::FileContext> Type(std::string type) {
    if (type.empty()) return std::nullopt;
    return values::FileContext{"system_u", "object_r", std::move(type), "s0"};
  }

  support::Span NextSpan() {
    uint32_t place = next_++;
    return {0, place, place + 1};
  }

  ir::RuleSet rules_;
  uint32_t next_ = 0;
};

constexpr FileKind kAny = FileKind::kAny;

TEST(FcontextsTest, GoodRulesHaveNoFindings) {
  EXPECT_THAT(Policy()
                  .Fcontext("/srv(/.*)?", kAny, "a_t")
                  .Fcontext("/srv/app(/.*)?", kAny, "b_t")
                  .Fcontext("/srv/app(/.*)?", FileKind::kDirectory, "c_t")
                  .Fcontext(R"(/srv/app/.*\.log)", kAny, "d_t")
                  .Fcontext("/srv/app/x", kAny, "")
                  .File("/srv/app/bin", "e_t")
                  .Findings(),
              IsEmpty());
}

TEST(FcontextsTest, TurnedAwayByAnEquivalence) {
  EXPECT_THAT(Policy()
                  .Equivalence("/srv/web", "/var/www")
                  .Fcontext("/srv(/.*)?", kAny, "a_t")
                  .Fcontext("/srv/we.*", kAny, "b_t")
                  .Fcontext("/srv/web(/.*)?", kAny, "c_t")
                  .Fcontext("/srv/web/x", kAny, "d_t")
                  .Fcontext("/var/www(/.*)?", kAny, "e_t")
                  .Findings(),
              ElementsAre("P5108 3; 0: the equivalence",
                          "P5108 4; 0: the equivalence"));
}

// Both speak of the one path under which rules are looked for.
TEST(FcontextsTest, AFileBelowAnEquivalenceDisagreesAtItsOtherPath) {
  EXPECT_THAT(Policy()
                  .Equivalence("/srv/web", "/var/www")
                  .File("/srv/web/page", "a_t")
                  .Fcontext("/var/www/page", FileKind::kFile, "b_t")
                  .Findings(),
              ElementsAre("P5102 2; 1: the `file` block"));
}

TEST(FcontextsTest, CoveredByOneRule) {
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/[ab]", kAny, "a_t")
                  .Fcontext("/srv/(b|a)", kAny, "b_t")
                  .Findings(),
              ElementsAre("P5100 1; 0: `/srv/[ab]` wins at `/srv/a`"));
}

TEST(FcontextsTest, CoveredBySeveralRulesWhichAreAllNamed) {
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/a[bc]", kAny, "a_t")
                  .Fcontext("/srv/ab(/.*)?", kAny, "b_t")
                  .Fcontext("/srv/ac", FileKind::kFile, "c_t")
                  .Fcontext("/srv/ac(/.*)?", kAny, "d_t")
                  .Fcontext("/srv/ad(/.*)?", kAny, "e_t")
                  .Findings(),
              ElementsAre("P5100 0; 3: `/srv/ac(/.*)?` wins at `/srv/ac`; "
                          "1: `/srv/ab(/.*)?` wins at `/srv/ab`"));
}

TEST(FcontextsTest, EveryKindOfFileHasToBeCovered) {
  Policy policy;
  policy.Fcontext("/srv/x", kAny, "a_t");
  for (FileKind kind :
       {FileKind::kFile, FileKind::kDirectory, FileKind::kLink,
        FileKind::kBlock, FileKind::kCharacter, FileKind::kPipe}) {
    policy.Fcontext("/srv/x", kind, "b_t");
  }
  EXPECT_THAT(policy.Findings(), IsEmpty());
  policy.Fcontext("/srv/x", FileKind::kSocket, "b_t");
  EXPECT_EQ(policy.Findings().size(), 1u);
}

TEST(FcontextsTest, LiteralsWinOverExpressions) {
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/a[b]", kAny, "a_t")
                  .Fcontext("/srv/ab", kAny, "b_t")
                  .Findings(),
              ElementsAre("P5100 0; 1: `/srv/ab` wins at `/srv/ab`"));
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/a[b]", FileKind::kFile, "a_t")
                  .File("/srv/ab", "b_t")
                  .Findings(),
              ElementsAre("P5100 0; 1: `/srv/ab` wins at `/srv/ab`"));
}

TEST(FcontextsTest, OrderByTextIsAmbiguous) {
  EXPECT_THAT(
      Policy()
          .Fcontext("/srv/[ab].*", kAny, "a_t")
          .Fcontext("/srv/.*b", kAny, "b_t")
          .Findings(),
      ElementsAre(
          "P5101 1; 0: this one wins there, with `system_u:object_r:a_t:s0`, "
          "as its text comes later in the alphabet"));
  // One context, no common path, other kinds, or one narrower than the other.
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/[ab].*", kAny, "a_t")
                  .Fcontext("/srv/.*b", kAny, "a_t")
                  .Fcontext("/usr/[ab].*", kAny, "a_t")
                  .Fcontext("/usr/[cd].*", kAny, "b_t")
                  .Fcontext("/var/[ab].*", FileKind::kFile, "a_t")
                  .Fcontext("/var/.*b", FileKind::kLink, "b_t")
                  .Fcontext("/opt/[ab].*", kAny, "a_t")
                  .Fcontext("/opt/.*", kAny, "b_t")
                  .Findings(),
              IsEmpty());
}

TEST(FcontextsTest, FileAndFcontextOfOnePath) {
  EXPECT_THAT(Policy()
                  .Fcontext(R"(/srv/a\.b)", kAny, "a_t")
                  .File("/srv/a.b", "b_t")
                  .Findings(),
              ElementsAre("P5102 0; 1: the `file` block"));
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/a", FileKind::kDirectory, "a_t")
                  .Fcontext("/srv(/.*)?", kAny, "a_t")
                  .Fcontext("/srv/b", kAny, "b_t")
                  .File("/srv/a", "b_t")
                  .File("/srv/b", "b_t")
                  .Findings(),
              IsEmpty());
}

TEST(FcontextsTest, ExpressionsThatNoPathMatches) {
  EXPECT_THAT(Policy()
                  .Fcontext("/srv/", kAny, "a_t")
                  .Fcontext("/srv//a", kAny, "a_t")
                  .Fcontext(R"(/srv/\./a)", kAny, "a_t")
                  .Fcontext("/srv/[^\\x00-\\xff]", kAny, "a_t")
                  .Fcontext("/", kAny, "a_t")
                  .Findings(),
              ElementsAre("P5103 0", "P5103 1", "P5103 2", "P5103 3"));
}

TEST(FcontextsTest, TheUnknownIsLeftOut) {
  EXPECT_THAT(Policy()
                  .Fcontext(R"(/srv/a\d)", kAny, "a_t")
                  .Fcontext("/srv/b|/srv/c", kAny, "b_t")
                  .Fcontext("/srv/a1", kAny, "c_t")
                  .Findings(),
              IsEmpty());
}

// Every path over a few segments is looked up: a rule that is found never to
// win does not, and one that wins nowhere among them and is not found is one
// that a longer path would show.
TEST(FcontextsTest, AgreesWithLookups) {
  std::vector<std::string> paths = {"/"};
  std::vector<std::string> level = {""};
  for (int depth = 0; depth < 3; ++depth) {
    std::vector<std::string> deeper;
    for (const std::string& path : level) {
      for (const char* segment : {"a", "b", "ab", "ba", "aa", "a.b", "c"}) {
        deeper.push_back(absl::StrCat(path, "/", segment));
      }
    }
    paths.insert(paths.end(), deeper.begin(), deeper.end());
    level = std::move(deeper);
  }
  static constexpr const char* kExpressions[] = {
      "/a(/.*)?", "/a/b(/.*)?", "/a/[ab]", "/a/a", "/a/b",     "/a/(a|b)",
      "/[ab]",    "/a/.*",      ".*",      "/.*b", "/a/[^/]*", "/[^/]+/b",
      "/a",       "/b",         "/(a|b)+", "/a+",  "/a/a.*",   "/a/[a-z]"};
  std::mt19937 random(5);
  int found = 0;
  for (int round = 0; round < 400; ++round) {
    Policy policy;
    std::vector<std::string> taken;
    for (size_t n = 2 + random() % 6; n > 0; --n) {
      std::string path = kExpressions[random() % std::size(kExpressions)];
      if (std::find(taken.begin(), taken.end(), path) != taken.end()) continue;
      taken.push_back(path);
      policy.Fcontext(path, kAny, absl::StrCat("t", n, "_t"));
    }
    std::set<uint32_t> winning;
    auto rules = selinux::FcontextRules(policy.rules());
    for (const std::string& path : paths) {
      auto rule = selinux::LabelFor(rules, path, FileKind::kFile);
      ASSERT_TRUE(rule.ok());
      if (*rule != nullptr) winning.insert((*rule)->origin.span.begin);
    }
    diag::Sink sink;
    CheckFcontexts(policy.rules(), sink);
    std::set<uint32_t> never;
    for (const diag::Diagnostic& diagnostic : sink.Sorted()) {
      if (diagnostic.code == &kFcontextNeverWins) {
        never.insert(diagnostic.span.begin);
      }
    }
    found += static_cast<int>(never.size());
    for (uint32_t i = 0; i < taken.size(); ++i) {
      EXPECT_NE(winning.count(i), never.count(i))
          << taken[i] << " among " << absl::StrJoin(taken, " ");
    }
  }
  EXPECT_GT(found, 30);
}

}  // namespace
}  // namespace pol::analysis
