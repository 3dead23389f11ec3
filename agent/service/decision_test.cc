#include "agent/service/decision.h"

#include <gtest/gtest.h>

namespace pol::service {
namespace {

using bundle::v1::Bundle;

void Place(bundle::v1::Origin* origin, uint32_t line) {
  origin->set_file("db-access.pol");
  origin->set_line(line);
}

// policy "db-access" from finance-app to postgres-cluster, port 5432, TLS.
Bundle DbAccess() {
  Bundle bundle;
  bundle.add_identities();
  for (const char* name : {"finance-app", "intruder", "postgres-cluster"}) {
    bundle.add_identities()->set_spiffe_id(std::string("spiffe://gov.cn/ns/") +
                                           name);
  }
  bundle.mutable_identities(3)->set_governed_ingress(true);
  Place(bundle.mutable_identities(3)->mutable_origin(), 9);
  bundle::v1::Rule* rule = bundle.add_rules();
  rule->set_name("db-access");
  rule->set_effect(bundle::v1::EFFECT_ALLOW);
  rule->set_mode(bundle::v1::MODE_ENFORCE);
  rule->add_sources(1);
  rule->add_targets(3);
  rule->set_protocol(6);
  rule->add_ports()->set_first(5432);
  rule->mutable_ports(0)->set_last(5432);
  rule->mutable_tls()->set_min_version(0x0303);
  Place(rule->mutable_origin(), 1);
  Place(rule->mutable_source_origin(), 2);
  Place(rule->mutable_target_origin(), 3);
  Place(rule->mutable_port_origin(), 4);
  Place(rule->mutable_tls_origin(), 6);
  return bundle;
}

Decision Flow(uint32_t source, Verdict verdict, const char* reason) {
  Decision decision;
  decision.unix_ms = 1795383601123;
  decision.verdict = verdict;
  decision.hook = "connect";
  decision.source = source;
  decision.target = 3;
  decision.source_address = "10.87.0.1:41230";
  decision.target_address = "10.87.0.2:5432";
  decision.target_port = 5432;
  decision.reason = reason;
  decision.generation = 7;
  return decision;
}

TEST(FormatDecisionTest, DefaultDenyNamesTheNearestRuleAndLine) {
  Bundle bundle = DbAccess();
  EXPECT_EQ(
      FormatDecision(Flow(2, Verdict::kRefused, "default-deny"), &bundle),
      "2026-11-22T21:40:01.123Z REFUSED connect spiffe://gov.cn/ns/intruder "
      "-> spiffe://gov.cn/ns/postgres-cluster 10.87.0.1:41230 -> "
      "10.87.0.2:5432 default-deny: policy db-access admits only "
      "spiffe://gov.cn/ns/finance-app (db-access.pol:2)");
}

TEST(FormatDecisionTest, WrongPortNamesThePortsLine) {
  Bundle bundle = DbAccess();
  Decision decision = Flow(1, Verdict::kRefused, "default-deny");
  decision.target_port = 5433;
  decision.target_address = "10.87.0.2:5433";
  EXPECT_EQ(
      FormatDecision(decision, &bundle),
      "2026-11-22T21:40:01.123Z REFUSED connect "
      "spiffe://gov.cn/ns/finance-app -> spiffe://gov.cn/ns/postgres-cluster "
      "10.87.0.1:41230 -> 10.87.0.2:5433 default-deny: policy db-access "
      "admits only port 5432 (db-access.pol:4)");
}

TEST(FormatDecisionTest, AllowedNamesTheRule) {
  Bundle bundle = DbAccess();
  Decision decision = Flow(1, Verdict::kAllowed, "allowed-by-rule");
  decision.hook = "ingress";
  decision.rule = 1;
  decision.tls_rule = 1;
  decision.tls_version = "TLS 1.3";
  EXPECT_EQ(
      FormatDecision(decision, &bundle),
      "2026-11-22T21:40:01.123Z ALLOWED ingress "
      "spiffe://gov.cn/ns/finance-app -> spiffe://gov.cn/ns/postgres-cluster "
      "10.87.0.1:41230 -> 10.87.0.2:5432 allowed-by-rule: policy db-access "
      "(db-access.pol:1) TLS 1.3");
}

TEST(FormatDecisionTest, MissingTlsNamesTheLineThatAsksForIt) {
  Bundle bundle = DbAccess();
  Decision decision = Flow(1, Verdict::kRefused, "plaintext");
  decision.rule = 1;
  decision.tls_rule = 1;
  EXPECT_EQ(
      FormatDecision(decision, &bundle),
      "2026-11-22T21:40:01.123Z REFUSED connect "
      "spiffe://gov.cn/ns/finance-app -> spiffe://gov.cn/ns/postgres-cluster "
      "10.87.0.1:41230 -> 10.87.0.2:5432 plaintext: policy db-access requires "
      "TLS 1.2 (db-access.pol:6)");
}

TEST(FormatDecisionTest, DenyRuleGivesItsReason) {
  Bundle bundle = DbAccess();
  bundle::v1::Rule* rule = bundle.add_rules();
  rule->set_name("no-intruders");
  rule->set_effect(bundle::v1::EFFECT_DENY);
  rule->set_reason("CHG-4711");
  Place(rule->mutable_origin(), 20);
  Decision decision = Flow(2, Verdict::kRefused, "denied-by-rule");
  decision.rule = 2;
  EXPECT_EQ(
      FormatDecision(decision, &bundle),
      "2026-11-22T21:40:01.123Z REFUSED connect spiffe://gov.cn/ns/intruder "
      "-> spiffe://gov.cn/ns/postgres-cluster 10.87.0.1:41230 -> "
      "10.87.0.2:5432 denied-by-rule: policy no-intruders, CHG-4711 "
      "(db-access.pol:20)");
}

TEST(FormatDecisionTest, AuditedRuleIsNamedBeside) {
  Bundle bundle = DbAccess();
  Decision decision = Flow(1, Verdict::kAllowed, "not-governed");
  decision.audit_differs = true;
  decision.audit_rule = 1;
  EXPECT_EQ(
      FormatDecision(decision, &bundle),
      "2026-11-22T21:40:01.123Z ALLOWED connect "
      "spiffe://gov.cn/ns/finance-app -> spiffe://gov.cn/ns/postgres-cluster "
      "10.87.0.1:41230 -> 10.87.0.2:5432 not-governed; in audit: REFUSED by "
      "policy db-access (db-access.pol:1)");
}

TEST(FormatDecisionTest, UnknownGenerationStillTellsWhatItCan) {
  Decision decision = Flow(2, Verdict::kRefused, "denied-by-rule");
  decision.rule = 4;
  EXPECT_EQ(FormatDecision(decision, nullptr),
            "2026-11-22T21:40:01.123Z REFUSED connect identity-2 -> "
            "identity-3 10.87.0.1:41230 -> 10.87.0.2:5432 denied-by-rule: "
            "rule 4 of generation 7");
}

TEST(FormatDecisionTest, RuleTheBundleDoesNotHaveIsNotFollowed) {
  Bundle bundle = DbAccess();
  Decision decision = Flow(1, Verdict::kAllowed, "allowed-by-rule");
  decision.rule = 4'000'000'000;
  decision.source = 4'000'000'000;
  EXPECT_EQ(FormatDecision(decision, &bundle),
            "2026-11-22T21:40:01.123Z ALLOWED connect unknown -> "
            "spiffe://gov.cn/ns/postgres-cluster 10.87.0.1:41230 -> "
            "10.87.0.2:5432 allowed-by-rule");
}

TEST(DenialKeyTest, SharedByConnectionsThatDifferInTimeAndSourcePort) {
  Bundle bundle = DbAccess();
  Decision first = Flow(2, Verdict::kRefused, "default-deny");
  Decision second = first;
  second.unix_ms += 5000;
  second.source_address = "10.87.0.1:41231";
  EXPECT_EQ(DenialKey(first, &bundle), DenialKey(second, &bundle));
  second.target_address = "10.87.0.3:5432";
  EXPECT_NE(DenialKey(first, &bundle), DenialKey(second, &bundle));
}

}  // namespace
}  // namespace pol::service
