#include "compiler/automata/identity_regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"

namespace pol::automata {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using values::SpiffeId;
using values::SpiffePattern;

std::vector<SpiffeId> Ids(const std::vector<std::string>& texts) {
  std::vector<SpiffeId> ids;
  for (const std::string& text : texts) ids.push_back(*SpiffeId::Parse(text));
  return ids;
}

std::vector<SpiffePattern> Patterns(const std::vector<std::string>& texts) {
  std::vector<SpiffePattern> patterns;
  for (const std::string& text : texts) {
    patterns.push_back(*SpiffePattern::Parse(text));
  }
  return patterns;
}

// Example by patterns.
using Examples = std::map<std::vector<uint32_t>, std::string>;

Examples ExamplesOf(const IdentityRegions& regions) {
  Examples examples;
  for (const IdentityRegion& region : regions.regions) {
    EXPECT_TRUE(
        examples.emplace(region.patterns, region.example.text()).second);
  }
  return examples;
}

Examples Partition(const std::vector<std::string>& named,
                   const std::vector<std::string>& patterns) {
  auto regions = PartitionIdentities(Ids(named), Patterns(patterns));
  EXPECT_TRUE(regions.ok()) << regions.status().ToString();
  return regions.ok() ? ExamplesOf(*regions) : Examples();
}

using Set = std::vector<uint32_t>;

TEST(IdentityRegionsTest, NoPatternsLeaveOneRegion) {
  EXPECT_THAT(Partition({}, {}), ElementsAre(Pair(Set{}, "spiffe://other")));
  EXPECT_THAT(Partition({"spiffe://other"}, {"spiffe://other-2"}),
              ElementsAre(Pair(Set{}, "spiffe://other-3"),
                          Pair(Set{0}, "spiffe://other-2")));
}

TEST(IdentityRegionsTest, OverlapsAreRegionsOfTheirOwn) {
  EXPECT_THAT(Partition({"spiffe://gov.cn/ns/db"},
                        {"spiffe://gov.cn/ns/*", "spiffe://gov.cn/**",
                         "spiffe://gov.cn/*/web-*"}),
              ElementsAre(Pair(Set{}, "spiffe://other"),
                          Pair(Set{0, 1}, "spiffe://gov.cn/ns/a"),
                          Pair(Set{0, 1, 2}, "spiffe://gov.cn/ns/web-"),
                          Pair(Set{1}, "spiffe://gov.cn/a"),
                          Pair(Set{1, 2}, "spiffe://gov.cn/a/web-")));
}

TEST(IdentityRegionsTest, NamedIdsHaveTheirPatterns) {
  auto regions = PartitionIdentities(
      Ids({"spiffe://gov.cn/ns/db", "spiffe://gov.us/ns/db", "spiffe://gov.cn",
           "spiffe://gov.cn/x/y/z"}),
      Patterns({"spiffe://gov.cn/**", "spiffe://gov.cn/*/d*", "spiffe://gov.cn",
                "spiffe://gov.cn/ns/db"}));
  ASSERT_TRUE(regions.ok());
  EXPECT_THAT(regions->named, ElementsAre(Set{0, 1, 3}, Set{}, Set{2}, Set{0}));
}

TEST(IdentityRegionsTest, ARegionOfNamedIdsOnlyIsNone) {
  EXPECT_THAT(Partition({"spiffe://t/a"}, {"spiffe://t/a"}),
              ElementsAre(Pair(Set{}, "spiffe://other")));
  EXPECT_THAT(
      Partition({"spiffe://t/a", "spiffe://t/b"}, {"spiffe://t/*"}),
      ElementsAre(Pair(Set{}, "spiffe://other"), Pair(Set{0}, "spiffe://t/c")));
  // What the first pattern matches and the second does not is /a/b alone.
  EXPECT_THAT(
      Partition({}, {"spiffe://t/a/b", "spiffe://t/a/b/**"}),
      ElementsAre(Pair(Set{}, "spiffe://other"), Pair(Set{0}, "spiffe://t/a/b"),
                  Pair(Set{1}, "spiffe://t/a/b/a")));
}

// `a*` and none of `a*x` for every character x is "a" alone.
TEST(IdentityRegionsTest, FiniteDifferencesOfGlobs) {
  std::vector<std::string> patterns = {"spiffe://t/a*"};
  for (int c = 0; c < 256; ++c) {
    if (!values::IsSpiffePathCharacter(static_cast<char>(c))) continue;
    patterns.push_back(
        absl::StrCat("spiffe://t/a*", std::string(1, static_cast<char>(c))));
  }
  Examples examples = Partition({}, patterns);
  EXPECT_EQ(examples.at(Set{0}), "spiffe://t/a");
  EXPECT_EQ(Partition({"spiffe://t/a"}, patterns).count(Set{0}), 0u);
  EXPECT_EQ(Partition({"spiffe://t/b"}, patterns).size(), examples.size());
}

TEST(IdentityRegionsTest, DotsAreNoSegments) {
  EXPECT_THAT(
      Partition({}, {"spiffe://t/.*", "spiffe://t/*."}),
      ElementsAre(Pair(Set{}, "spiffe://other"), Pair(Set{0}, "spiffe://t/.a"),
                  Pair(Set{0, 1}, "spiffe://t/.a."),
                  Pair(Set{1}, "spiffe://t/a.")));
}

TEST(IdentityRegionsTest, LongerThanAnIdIsNoRegion) {
  std::string a(1000, 'a');
  std::string b(1000, 'b');
  auto fits = Partition({}, {"spiffe://t/" + a + "*", "spiffe://t/*" + b});
  EXPECT_EQ(fits.at(Set{0, 1}), "spiffe://t/" + a + b);
  std::string more(38, 'b');
  auto full =
      Partition({}, {"spiffe://t/" + a + "*", "spiffe://t/*" + b + more});
  EXPECT_EQ(full.count(Set{0, 1}), 0u);
  // 2048 bytes to the dot, and that one is named.
  std::string limit = b + more.substr(1);
  std::vector<std::string> exact = {"spiffe://t/" + a + "*",
                                    "spiffe://t/*" + limit};
  EXPECT_EQ(Partition({}, exact).at(Set{0, 1}).size(), 2048u);
  EXPECT_EQ(Partition({"spiffe://t/" + a + limit}, exact).count(Set{0, 1}), 0u);
}

TEST(IdentityRegionsTest, ExamplesAvoidManyNamedIds) {
  std::vector<std::string> named;
  for (char c = 'a'; c <= 'z'; ++c) {
    named.push_back(absl::StrCat("spiffe://t/x/", std::string(1, c)));
  }
  EXPECT_EQ(Partition(named, {"spiffe://t/x/*"}).at(Set{0}), "spiffe://t/x/0");
  // Below `**` a deeper ID is as good as a longer segment.
  for (int c = 0; c < 256; ++c) {
    auto byte = static_cast<char>(c);
    if (!values::IsSpiffePathCharacter(byte) || byte == '.') continue;
    named.push_back(absl::StrCat("spiffe://t/y/", std::string(1, byte)));
  }
  EXPECT_EQ(Partition(named, {"spiffe://t/y/**"}).at(Set{0}).size(),
            std::string("spiffe://t/y/aa").size());
}

TEST(IdentityRegionsTest, LimitsAreStatuses) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 12; ++i) {
    std::string path;
    for (int j = 0; j < 12; ++j) absl::StrAppend(&path, i == j ? "/a" : "/*");
    patterns.push_back("spiffe://t" + path);
  }
  EXPECT_EQ(PartitionIdentities({}, Patterns(patterns))->regions.size(), 4096u);
  auto few = PartitionIdentities({}, Patterns(patterns), {.regions = 4000});
  EXPECT_EQ(few.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(few.status().message()),
              HasSubstr("more than 4000 groups"));
  auto short_time =
      PartitionIdentities({}, Patterns(patterns), {.steps = 4000});
  EXPECT_EQ(short_time.status().code(), absl::StatusCode::kResourceExhausted);
}

// All IDs of up to two segments of up to three letters and, to keep their
// number small, a third of one letter.
std::vector<SpiffeId> SmallIds() {
  const std::vector<std::string> letters = {"a", "b", "c"};
  std::vector<std::string> segments = letters;
  for (size_t i = 0; segments[i].size() < 3; ++i) {
    for (const std::string& c : letters) segments.push_back(segments[i] + c);
  }
  std::vector<std::string> texts = {"spiffe://u", "spiffe://u/a"};
  std::vector<std::string> level = {"spiffe://t"};
  for (const auto& next : {segments, segments, letters}) {
    texts.insert(texts.end(), level.begin(), level.end());
    std::vector<std::string> deeper;
    for (const std::string& prefix : level) {
      for (const std::string& segment : next) {
        deeper.push_back(absl::StrCat(prefix, "/", segment));
      }
    }
    level = std::move(deeper);
  }
  texts.insert(texts.end(), level.begin(), level.end());
  return Ids(texts);
}

// Each of them, matched one by one, is the oracle.
class RandomRegionsTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  static const std::vector<SpiffeId>& Universe() {
    static const auto* const universe = new std::vector<SpiffeId>(SmallIds());
    return *universe;
  }

  uint32_t Below(size_t limit) {
    return static_cast<uint32_t>(random_() % limit);
  }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[Below(from.size())];
  }

  std::string RandomPattern() {
    std::string text = Below(8) == 0 ? "spiffe://u" : "spiffe://t";
    const std::vector<std::string> segments = {"a",   "a",   "b",   "ab", "*",
                                               "*",   "a*",  "*a",  "b*", "a*b",
                                               "*a*", "*ab", "*b*", "a*a"};
    for (uint32_t n = Below(4); n > 0; --n) {
      absl::StrAppend(&text, "/", Pick(segments));
    }
    if (Below(4) == 0) text += "/**";
    return text;
  }

  std::mt19937 random_{GetParam()};
};

TEST_P(RandomRegionsTest, AgreeWithBruteForce) {
  for (int round = 0; round < 20; ++round) {
    std::vector<std::string> texts;
    for (uint32_t n = Below(8); n > 0; --n) {
      texts.push_back(RandomPattern());
    }
    std::vector<SpiffePattern> patterns = Patterns(texts);
    std::vector<SpiffeId> named;
    for (uint32_t n = Below(60); n > 0; --n) {
      // The short ones are at the beginning, and collide more.
      const auto& all = Universe();
      named.push_back(
          all[random_() % 2 ? random_() % 60 : random_() % all.size()]);
    }
    auto matching = [&](const SpiffeId& id) {
      Set set;
      for (uint32_t i = 0; i < patterns.size(); ++i) {
        if (patterns[i].Matches(id)) set.push_back(i);
      }
      return set;
    };
    auto regions = PartitionIdentities(named, patterns);
    ASSERT_TRUE(regions.ok()) << regions.status().ToString();
    for (size_t i = 0; i < named.size(); ++i) {
      EXPECT_EQ(regions->named[i], matching(named[i])) << named[i].text();
    }
    Examples examples = ExamplesOf(*regions);
    std::set<SpiffeId> known(named.begin(), named.end());
    // Sound: each region's example is one.
    for (const IdentityRegion& region : regions->regions) {
      EXPECT_TRUE(SpiffeId::Parse(region.example.text()).ok());
      EXPECT_EQ(matching(region.example), region.patterns);
      EXPECT_EQ(known.count(region.example), 0u) << region.example.text();
    }
    // Complete, and none shorter.
    for (const SpiffeId& id : Universe()) {
      if (known.count(id) > 0) continue;
      Set set = matching(id);
      auto found = examples.find(set);
      ASSERT_NE(found, examples.end()) << id.text();
      if (!set.empty()) {
        EXPECT_LE(found->second.size(), id.text().size());
      }
    }
    // The order of what is given does not show.
    std::vector<SpiffePattern> reversed(patterns.rbegin(), patterns.rend());
    auto again = PartitionIdentities(named, reversed);
    ASSERT_TRUE(again.ok());
    ASSERT_EQ(again->regions.size(), regions->regions.size());
    for (size_t i = 0; i < again->regions.size(); ++i) {
      EXPECT_EQ(again->regions[i].example, regions->regions[i].example);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RandomRegionsTest, ::testing::Range(0u, 40u));

// Large policies are partitioned without looking at every pair.
TEST(IdentityRegionsTest, TenThousandPatternsAndAHundredThousandNames) {
  std::vector<std::string> patterns;
  for (int i = 0; i < 10'000; ++i) {
    patterns.push_back(absl::StrCat("spiffe://gov.cn/ns/team", i, "/*"));
  }
  std::vector<std::string> named;
  for (int i = 0; i < 100'000; ++i) {
    named.push_back(
        absl::StrCat("spiffe://gov.cn/ns/team", i % 20'000, "/app", i / 100));
  }
  auto regions = PartitionIdentities(Ids(named), Patterns(patterns));
  ASSERT_TRUE(regions.ok());
  EXPECT_EQ(regions->regions.size(), 10'001u);
  EXPECT_EQ(regions->regions[1].example.text(), "spiffe://gov.cn/ns/team0/a");
  EXPECT_THAT(regions->named[9'999], ElementsAre(9'999));
  EXPECT_THAT(regions->named[10'000], IsEmpty());
}

}  // namespace
}  // namespace pol::automata
