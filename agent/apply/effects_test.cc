#include "agent/apply/effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace pol::apply {
namespace {

using bundle::v1::Bundle;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Identities "a", "b" … of spiffe://x/, each a class of its own.
class Builder {
 public:
  explicit Builder(const std::string& names) {
    bundle_.add_identities();
    for (char name : names) {
      auto* identity = bundle_.add_identities();
      identity->set_spiffe_id(
          absl::StrCat("spiffe://x/", std::string(1, name)));
      identity->set_identity_class(
          static_cast<uint32_t>(bundle_.identities_size() - 1));
      identity->mutable_origin()->set_file("p.pol");
      identity->mutable_origin()->set_line(90);
    }
    bundle_.mutable_network()->set_class_count(
        static_cast<uint32_t>(bundle_.identities_size()));
  }

  Builder& Governed(uint32_t identity) {
    bundle_.mutable_identities(static_cast<int>(identity))
        ->set_governed_ingress(true);
    return *this;
  }

  // One rule at line LINE: `source` to `target` at `port`.
  Builder& Rule(uint32_t source, uint32_t target, uint32_t port, uint32_t line,
                uint32_t tls = 0,
                bundle::v1::Effect effect = bundle::v1::EFFECT_ALLOW) {
    auto* rule = bundle_.add_rules();
    rule->set_name(absl::StrCat("r", line));
    rule->set_effect(effect);
    rule->set_mode(bundle::v1::MODE_ENFORCE);
    rule->add_sources(source);
    rule->add_targets(target);
    rule->set_protocol(6);
    rule->add_ports()->set_first(port);
    rule->mutable_ports(0)->set_last(port);
    for (bundle::v1::Origin* origin :
         {rule->mutable_origin(), rule->mutable_source_origin(),
          rule->mutable_target_origin(), rule->mutable_port_origin()}) {
      origin->set_file("p.pol");
      origin->set_line(line);
    }
    auto* network = bundle_.mutable_network();
    bundle::v1::Cell cell;
    cell.set_source_class(source);
    cell.set_target_class(target);
    cell.set_protocol(6);
    cell.set_effect(effect);
    cell.set_rule(static_cast<uint32_t>(bundle_.rules_size()));
    if (tls != 0) {
      rule->mutable_tls()->set_min_version(tls);
      network->add_tls_profiles()->set_min_version(tls);
      cell.set_tls_profile(static_cast<uint32_t>(network->tls_profiles_size()));
      cell.set_tls_rule(cell.rule());
    }
    cells_[{source, target, port}] = cell;
    return *this;
  }

  Bundle Build() {
    auto* network = bundle_.mutable_network();
    std::map<uint32_t, uint32_t> intervals = {{0, 0}};
    for (const auto& [key, cell] : cells_) {
      intervals[std::get<2>(key)];
      intervals[std::get<2>(key) + 1];
    }
    uint32_t next = 0;
    for (auto& [start, id] : intervals) {
      id = next++;
      network->add_interval_starts(start);
    }
    for (auto& [key, cell] : cells_) {
      *network->add_cells() = cell;
      network->mutable_cells(network->cells_size() - 1)
          ->set_interval(intervals[std::get<2>(key)]);
    }
    return bundle_;
  }

 private:
  Bundle bundle_;
  std::map<std::tuple<uint32_t, uint32_t, uint32_t>, bundle::v1::Cell> cells_;
};

std::vector<std::string> Lines(const Bundle* active, const Bundle& target) {
  v1::Plan plan;
  AddEffects(active, target, &plan);
  std::vector<std::string> lines;
  for (const v1::Effect& e : plan.effects()) {
    lines.push_back(absl::StrCat(
        v1::EffectKind_Name(e.kind()), " ", absl::StrJoin(e.sources(), ","),
        " -> ", absl::StrJoin(e.targets(), ","), " ", e.ports(), " ", e.rule(),
        " (", e.origin(), ")",
        e.tls_version().empty() ? "" : " TLS " + e.tls_version()));
  }
  return lines;
}

TEST(AddEffectsTest, SameBundleHasNone) {
  Bundle bundle = Builder("ab").Governed(2).Rule(1, 2, 80, 3).Build();
  EXPECT_THAT(Lines(&bundle, bundle), IsEmpty());
}

TEST(AddEffectsTest, NewRuleAllows) {
  Bundle before = Builder("ab").Governed(2).Build();
  Bundle after = Builder("ab").Governed(2).Rule(1, 2, 80, 3).Build();
  EXPECT_THAT(
      Lines(&before, after),
      ElementsAre(
          "NEWLY_ALLOWED spiffe://x/a -> spiffe://x/b 80 r3 (p.pol:3)"));
}

TEST(AddEffectsTest, RuleThatIsGoneLeavesTheDefault) {
  Bundle before = Builder("ab").Governed(2).Rule(1, 2, 80, 3).Build();
  Bundle after = Builder("ab").Governed(2).Build();
  EXPECT_THAT(Lines(&before, after),
              ElementsAre("NO_LONGER_ALLOWED spiffe://x/a -> spiffe://x/b 80 "
                          "default deny (p.pol:90)"));
}

TEST(AddEffectsTest, DenyIsNamed) {
  Bundle before = Builder("ab").Governed(2).Rule(1, 2, 80, 3).Build();
  Bundle after = Builder("ab")
                     .Governed(2)
                     .Rule(1, 2, 80, 7, 0, bundle::v1::EFFECT_DENY)
                     .Build();
  EXPECT_THAT(Lines(&before, after),
              ElementsAre("NO_LONGER_ALLOWED spiffe://x/a -> spiffe://x/b 80 "
                          "r7 (p.pol:7)"));
}

TEST(AddEffectsTest, TlsComesHigherLowerAndGoes) {
  auto with = [](uint32_t tls) {
    return Builder("ab").Governed(2).Rule(1, 2, 80, 3, tls).Build();
  };
  Bundle none = with(0), tls12 = with(0x0303), tls13 = with(0x0304);
  EXPECT_THAT(Lines(&none, tls12),
              ElementsAre("NOW_REQUIRE_TLS spiffe://x/a -> spiffe://x/b 80 r3 "
                          "(p.pol:3) TLS 1.2"));
  EXPECT_THAT(Lines(&tls12, tls13),
              ElementsAre("NOW_REQUIRE_TLS spiffe://x/a -> spiffe://x/b 80 r3 "
                          "(p.pol:3) TLS 1.3"));
  EXPECT_THAT(Lines(&tls13, tls12),
              ElementsAre("NO_LONGER_REQUIRE_TLS spiffe://x/a -> spiffe://x/b "
                          "80 r3 (p.pol:3) TLS 1.2"));
  EXPECT_THAT(Lines(&tls12, none),
              ElementsAre("NO_LONGER_REQUIRE_TLS spiffe://x/a -> spiffe://x/b "
                          "80 r3 (p.pol:3)"));
}

TEST(AddEffectsTest, FirstPolicyTakesFromWhatWasLeftAlone) {
  Bundle target = Builder("ab").Governed(2).Rule(1, 2, 80, 3, 0x0303).Build();
  EXPECT_THAT(
      Lines(nullptr, target),
      ElementsAre("NO_LONGER_ALLOWED spiffe://x/a -> spiffe://x/b 1-79, "
                  "81-65535 default deny (p.pol:90)",
                  "NO_LONGER_ALLOWED spiffe://x/b,unknown -> spiffe://x/b any "
                  "default deny (p.pol:90)",
                  "NOW_REQUIRE_TLS spiffe://x/a -> spiffe://x/b 80 r3 "
                  "(p.pol:3) TLS 1.2"));
}

// What the nearest rule admits tells more than where the workload stands.
TEST(AddEffectsTest, RuleThatMovedToAnotherPortIsNamed) {
  Bundle before = Builder("ab").Governed(2).Rule(1, 2, 80, 3).Build();
  Bundle after = Builder("ab").Governed(2).Rule(1, 2, 443, 4).Build();
  EXPECT_THAT(Lines(&before, after),
              ElementsAre("NEWLY_ALLOWED spiffe://x/a -> spiffe://x/b 443 r4 "
                          "(p.pol:4)",
                          "NO_LONGER_ALLOWED spiffe://x/a -> spiffe://x/b 80 "
                          "default deny (p.pol:4)"));
}

TEST(AddEffectsTest, IdentityThatOnlyOneBundleKnowsIsUnknownToTheOther) {
  Bundle before = Builder("ab").Governed(2).Rule(0, 2, 80, 3).Build();
  Bundle after = Builder("abc").Governed(2).Rule(0, 2, 80, 3).Build();
  EXPECT_THAT(Lines(&before, after),
              ElementsAre("NO_LONGER_ALLOWED spiffe://x/c -> spiffe://x/b 80 "
                          "default deny (p.pol:3)"));
}

TEST(AddEffectsTest, ListIsBoundedAndCountsAreNot) {
  Builder before("ab");
  Builder after("ab");
  before.Governed(2);
  after.Governed(2);
  for (uint32_t i = 0; i < 300; ++i) after.Rule(1, 2, 1000 + 2 * i, i + 1);
  v1::Plan plan;
  Bundle active = before.Build();
  AddEffects(&active, after.Build(), &plan);
  EXPECT_EQ(plan.effects_size(), kMaxEffects);
  EXPECT_EQ(plan.effects_left_out(), 100u);
  ASSERT_EQ(plan.counts_size(), 1);
  EXPECT_EQ(plan.counts(0).pairs(), 300u);
}

}  // namespace
}  // namespace pol::apply
