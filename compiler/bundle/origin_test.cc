#include "compiler/bundle/origin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace pol::bundle {
namespace {

using ::testing::HasSubstr;
using v1::Bundle;

void SetOrigin(v1::Origin* origin, uint32_t line) {
  origin->set_file("db.pol");
  origin->set_line(line);
}

void AddIdentity(Bundle& bundle, const char* id, uint32_t line, bool governed) {
  v1::Identity* identity = bundle.add_identities();
  identity->set_spiffe_id(id);
  identity->set_identity_class(
      static_cast<uint32_t>(bundle.identities_size() - 1));
  identity->set_governed_ingress(governed);
  SetOrigin(identity->mutable_origin(), line);
}

// finance (1) may reach postgres (2) on 5432; web (3) is not governed.
Bundle DbAccess() {
  Bundle bundle;
  bundle.add_identities();
  AddIdentity(bundle, "spiffe://gov.cn/finance", 10, true);
  AddIdentity(bundle, "spiffe://gov.cn/postgres", 20, true);
  AddIdentity(bundle, "spiffe://gov.cn/web", 30, false);
  v1::Rule* rule = bundle.add_rules();
  rule->set_name("db-access");
  rule->set_effect(v1::EFFECT_ALLOW);
  rule->set_mode(v1::MODE_ENFORCE);
  rule->add_sources(1);
  rule->add_targets(2);
  rule->set_protocol(6);
  v1::PortRange* ports = rule->add_ports();
  ports->set_first(5432);
  ports->set_last(5432);
  SetOrigin(rule->mutable_origin(), 1);
  SetOrigin(rule->mutable_source_origin(), 2);
  SetOrigin(rule->mutable_target_origin(), 3);
  SetOrigin(rule->mutable_port_origin(), 4);
  v1::NetworkTables* tables = bundle.mutable_network();
  tables->set_class_count(4);
  for (uint32_t start : {0, 5432, 5433}) tables->add_interval_starts(start);
  v1::Cell* cell = tables->add_cells();
  cell->set_source_class(1);
  cell->set_target_class(2);
  cell->set_protocol(6);
  cell->set_interval(1);
  cell->set_effect(v1::EFFECT_ALLOW);
  cell->set_rule(1);
  return bundle;
}

TEST(ExplainDefaultDenyTest, WrongPortPointsAtThePort) {
  Nearest nearest = ExplainDefaultDeny(DbAccess(), {1, 2, 6, 5433});
  EXPECT_EQ(Text(nearest.origin), "db.pol:4");
  EXPECT_EQ(nearest.text, "policy db-access admits only port 5432");
}

TEST(ExplainDefaultDenyTest, AnotherProtocolIsNamed) {
  EXPECT_EQ(ExplainDefaultDeny(DbAccess(), {1, 2, 17, 5432}).text,
            "policy db-access admits only tcp port 5432");
  Bundle bundle = DbAccess();
  v1::Rule* rule = bundle.mutable_rules(0);
  rule->set_protocol(1);
  rule->mutable_ports(0)->set_first(0);
  rule->mutable_ports(0)->set_last(0);
  EXPECT_EQ(ExplainDefaultDeny(bundle, {1, 2, 6, 5432}).text,
            "policy db-access admits only icmp");
}

TEST(ExplainDefaultDenyTest, WrongSourcePointsAtTheSource) {
  Nearest nearest = ExplainDefaultDeny(DbAccess(), {3, 2, 6, 5432});
  EXPECT_EQ(Text(nearest.origin), "db.pol:2");
  EXPECT_EQ(nearest.text,
            "policy db-access admits only spiffe://gov.cn/finance");
}

TEST(ExplainDefaultDenyTest, WithoutARulePointsAtTheGovernedEnd) {
  Bundle bundle = DbAccess();
  bundle.clear_rules();
  Nearest nearest = ExplainDefaultDeny(bundle, {0, 2, 6, 5432});
  EXPECT_EQ(Text(nearest.origin), "db.pol:20");
  EXPECT_THAT(nearest.text,
              HasSubstr("from unknown to spiffe://gov.cn/postgres"));
}

TEST(ExplainDefaultDenyTest, IndexFromOutsideIsUnknown) {
  EXPECT_THAT(ExplainDefaultDeny(DbAccess(), {99, 2, 6, 1}).text,
              HasSubstr("unknown"));
}

TEST(LookupTest, CellOrDefault) {
  Bundle bundle = DbAccess();
  TableDecision allowed = Lookup(bundle, {1, 2, 6, 5432});
  ASSERT_NE(allowed.cell, nullptr);
  EXPECT_EQ(allowed.cell->rule(), 1u);
  EXPECT_TRUE(allowed.governed);
  EXPECT_EQ(Lookup(bundle, {1, 2, 6, 5431}).cell, nullptr);
  EXPECT_EQ(Lookup(bundle, {1, 2, 6, 65535}).cell, nullptr);
  EXPECT_EQ(Lookup(bundle, {2, 1, 6, 5432}).cell, nullptr);
  EXPECT_FALSE(Lookup(bundle, {2, 3, 6, 5432}).governed);
}

}  // namespace
}  // namespace pol::bundle
