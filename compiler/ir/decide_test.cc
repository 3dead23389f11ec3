#include "compiler/ir/decide.h"

#include <gtest/gtest.h>

namespace pol::ir {
namespace {

using values::TlsVersion;

constexpr IdentityNumber kApp = 1;       // governed in both directions
constexpr IdentityNumber kDatabase = 2;  // governed for what comes in
constexpr IdentityNumber kWeb = 3;       // not governed

RuleSet Identities() {
  RuleSet rules;
  rules.identities.resize(4);
  rules.named = 4;
  rules.sets = {{0}, {1}, {2}, {3}};
  rules.identities[kApp].governed_ingress =
      rules.identities[kApp].governed_egress = true;
  rules.identities[kDatabase].governed_ingress = true;
  return rules;
}

// Set i is {i}.
Rule Allow(IdentityNumber source, IdentityNumber target, uint16_t first,
           uint16_t last) {
  Rule rule;
  rule.sources = source;
  rule.targets = target;
  rule.ports = {{first, last}};
  return rule;
}

Verdict VerdictOf(const RuleSet& rules, IdentityNumber source,
                  IdentityNumber target, uint16_t port) {
  return Decide(rules, {source, target, values::Protocol::kTcp, port}).verdict;
}

TEST(DecideTest, DefaultDeniesWhatOneEndGoverns) {
  RuleSet rules = Identities();
  EXPECT_EQ(VerdictOf(rules, kApp, kWeb, 80), Verdict::kDeny);
  EXPECT_EQ(VerdictOf(rules, kUnknown, kDatabase, 5432), Verdict::kDeny);
  EXPECT_EQ(VerdictOf(rules, kDatabase, kWeb, 80), Verdict::kLeftAlone);
  EXPECT_EQ(VerdictOf(rules, kWeb, kUnknown, 80), Verdict::kLeftAlone);
}

TEST(DecideTest, AllowNamesTheFirstRuleThatMatches) {
  RuleSet rules = Identities();
  rules.rules = {Allow(kApp, kDatabase, 1, 10), Allow(kApp, kDatabase, 5, 20)};
  EXPECT_EQ(Decide(rules, {kApp, kDatabase, values::Protocol::kTcp, 7}).rule,
            0u);
  EXPECT_EQ(Decide(rules, {kApp, kDatabase, values::Protocol::kTcp, 20}).rule,
            1u);
  EXPECT_EQ(VerdictOf(rules, kApp, kDatabase, 21), Verdict::kDeny);
  EXPECT_EQ(VerdictOf(rules, kDatabase, kApp, 7), Verdict::kDeny);
}

TEST(DecideTest, DenyBeatsAllowWhateverTheOrder) {
  RuleSet rules = Identities();
  Rule deny = Allow(kApp, kDatabase, 7, 7);
  deny.effect = Effect::kDeny;
  for (int at : {0, 1}) {
    rules.rules = {Allow(kApp, kDatabase, 1, 10)};
    rules.rules.insert(rules.rules.begin() + at, deny);
    Decision decision =
        Decide(rules, {kApp, kDatabase, values::Protocol::kTcp, 7});
    EXPECT_EQ(decision.verdict, Verdict::kDeny);
    EXPECT_EQ(decision.rule, static_cast<size_t>(at));
    EXPECT_EQ(VerdictOf(rules, kApp, kDatabase, 8), Verdict::kAllow);
  }
}

TEST(DecideTest, DenyHoldsForWhatIsNotGoverned) {
  RuleSet rules = Identities();
  rules.rules = {Allow(kWeb, kUnknown, 80, 80)};
  rules.rules[0].effect = Effect::kDeny;
  EXPECT_EQ(VerdictOf(rules, kWeb, kUnknown, 80), Verdict::kDeny);
}

TEST(DecideTest, TlsRequirementsAddUp) {
  RuleSet rules = Identities();
  rules.rules = {Allow(kApp, kDatabase, 1, 10), Allow(kApp, kDatabase, 5, 10),
                 Allow(kApp, kDatabase, 7, 10)};
  rules.rules[1].tls.emplace();
  rules.rules[2].tls.emplace().min_version = TlsVersion::kTls13;
  auto at = [&](uint16_t port) {
    return Decide(rules, {kApp, kDatabase, values::Protocol::kTcp, port});
  };
  EXPECT_EQ(at(4).min_tls, std::nullopt);
  EXPECT_EQ(at(5).min_tls, TlsVersion::kTls12);
  EXPECT_EQ(at(7).min_tls, TlsVersion::kTls13);
  EXPECT_EQ(at(7).tls_rule, 2u);
  EXPECT_EQ(at(7).rule, 0u);
  auto with = [](TlsVersion version) {
    SeenTls seen;
    seen.version = version;
    return seen;
  };
  EXPECT_EQ(FirstUnmet(at(4), std::nullopt), std::nullopt);
  EXPECT_EQ(FirstUnmet(at(5), std::nullopt), (Unmet{std::nullopt, 1}));
  EXPECT_EQ(FirstUnmet(at(7), with(TlsVersion::kTls12)),
            (Unmet{std::nullopt, 2}));
  EXPECT_EQ(FirstUnmet(at(7), with(TlsVersion::kTls13)), std::nullopt);
}

TEST(DecideTest, NamesThatRulesAskForAreIntersected) {
  RuleSet rules = Identities();
  rules.rules = {Allow(kApp, kDatabase, 1, 10), Allow(kApp, kDatabase, 5, 10),
                 Allow(kApp, kDatabase, 7, 10)};
  rules.rules[0].tls.emplace().alpn = {"h2", "http/1.1", "postgresql"};
  rules.rules[1].tls.emplace().alpn = {"h2", "postgresql"};
  rules.rules[1].tls->starttls = "postgres";
  rules.rules[2].tls.emplace().alpn = {"http/1.1"};
  rules.rules[2].connection_authentication = true;
  auto at = [&](uint16_t port) {
    return Decide(rules, {kApp, kDatabase, values::Protocol::kTcp, port});
  };
  EXPECT_EQ(at(1).names(TlsList::kAlpn),
            (AskedNames{{"h2", "http/1.1", "postgresql"}, 0}));
  EXPECT_EQ(at(5).names(TlsList::kAlpn), (AskedNames{{"h2", "postgresql"}, 1}));
  EXPECT_EQ(at(5).names(TlsList::kStarttls), (AskedNames{{"postgres"}, 1}));
  EXPECT_EQ(at(5).names(TlsList::kServerName), std::nullopt);
  EXPECT_TRUE(CanBeMet(at(5)));
  EXPECT_FALSE(CanBeMet(at(7)));
  EXPECT_EQ(at(5).authentication_rule, std::nullopt);
  EXPECT_EQ(at(7).authentication_rule, 2u);

  SeenTls seen;
  seen.alpn = "h2";
  EXPECT_EQ(FirstUnmet(at(1), seen), std::nullopt);
  EXPECT_EQ(FirstUnmet(at(5), seen), (Unmet{TlsList::kStarttls, 1}));
  seen.starttls = "postgres";
  EXPECT_EQ(FirstUnmet(at(5), seen), std::nullopt);
  EXPECT_EQ(FirstUnmet(at(7), seen), (Unmet{TlsList::kAlpn, 2}));
}

TEST(DecideTest, RulesWithoutPortsOrMembersMatchNothing) {
  RuleSet rules = Identities();
  rules.sets.push_back({});
  rules.rules = {Allow(kApp, kDatabase, 1, 10), Allow(4, kDatabase, 1, 10)};
  rules.rules[0].ports.clear();
  EXPECT_EQ(VerdictOf(rules, kApp, kDatabase, 7), Verdict::kDeny);
}

TEST(DecideTest, AuditedRulesCountOnlyWhenAsked) {
  RuleSet rules = Identities();
  rules.rules = {Allow(kApp, kDatabase, 1, 10)};
  rules.rules[0].mode = Mode::kAudit;
  Connection connection = {kApp, kDatabase, values::Protocol::kTcp, 7};
  EXPECT_EQ(Decide(rules, connection).verdict, Verdict::kDeny);
  EXPECT_EQ(Decide(rules, connection, AuditRules::kIncluded).verdict,
            Verdict::kAllow);
}

}  // namespace
}  // namespace pol::ir
