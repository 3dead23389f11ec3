#include "compiler/polc/host_text.h"

#include <gtest/gtest.h>

namespace pol::polc {
namespace {

using apply::v1::Plan;

TEST(PlanTextTest, EffectsThenChangesThenTables) {
  Plan plan;
  plan.set_target_digest("0123456789abcdef");
  auto* count = plan.add_counts();
  count->set_kind(apply::v1::NEWLY_ALLOWED);
  count->set_pairs(2);
  auto* effect = plan.add_effects();
  effect->set_kind(apply::v1::NEWLY_ALLOWED);
  effect->add_sources("spiffe://a/app");
  effect->set_source_count(2);
  effect->add_targets("spiffe://a/pg");
  effect->set_target_count(1);
  effect->set_ports("5432");
  effect->set_protocol("tcp");
  effect->set_rule("db");
  effect->set_origin("db.pol:1");
  effect->set_tls_version("1.2");
  auto* selinux = plan.add_fences();
  selinux->set_name("selinux");
  selinux->set_reason("no policy");
  auto* change = selinux->add_changes();
  change->set_object("file /bin/x");
  change->set_aspect("label");
  change->set_before("bin_t");
  change->set_after("httpd_exec_t");
  change->set_origin("db.pol:9");
  auto* quiet = plan.add_fences();
  quiet->set_name("capabilities");
  quiet->set_available(true);
  plan.mutable_after()->set_rules(1);
  plan.mutable_changes()->set_change(1);
  EXPECT_EQ(PlanText(plan),
            "connections newly allowed: 2\n"
            "  + spiffe://a/app and 1 others -> spiffe://a/pg tcp/5432 with "
            "TLS 1.2 or later: newly allowed by db (db.pol:1)\n"
            "selinux: not enforced on this host: no policy\n"
            "  ~ file /bin/x label: bin_t -> httpd_exec_t (db.pol:9)\n"
            "in the kernel: 1 rules, 0 identities in 0 classes, 0 addresses, "
            "0 port intervals, 0 cells\n"
            "Plan: 0 to add, 1 to change, 0 to remove for bundle "
            "0123456789ab\n");
  EXPECT_EQ(CountChanges(plan), 1u);
}

TEST(PlanTextTest, NothingToDoAndAWarning) {
  Plan plan;
  plan.set_target_digest("0123456789abcdef");
  plan.set_active_generation(7);
  auto* fence = plan.add_fences();
  fence->set_name("capabilities");
  fence->set_available(true);
  auto* finding = fence->add_findings();
  finding->set_object("file /bin/x");
  finding->set_text("everybody may write it");
  finding->set_origin("db.pol:9");
  finding->set_code("P0001");
  EXPECT_EQ(PlanText(plan),
            "capabilities:\n"
            "  warning[P0001]: file /bin/x: everybody may write it "
            "(db.pol:9)\n"
            "nothing to do: the host holds bundle 0123456789ab as generation "
            "7\n");
}

TEST(OutcomeTextTest, ChangedOrNot) {
  apply::v1::Outcome outcome;
  outcome.set_generation(3);
  outcome.set_digest("0123456789abcdef");
  EXPECT_EQ(OutcomeText("apply", outcome),
            "nothing to do: generation 3, bundle 0123456789ab, is in force\n");
  outcome.set_changed(true);
  outcome.set_drifted(2);
  outcome.mutable_changes()->set_change(2);
  EXPECT_EQ(OutcomeText("apply", outcome),
            "apply: generation 3, bundle 0123456789ab, is in force: 0 "
            "added, 2 changed, 0 removed\n"
            "put right: 2 differences\n");
  outcome.set_generation(0);
  EXPECT_EQ(OutcomeText("rollback", outcome),
            "rollback: no policy is in force now: 0 added, 2 changed, 0 "
            "removed\n");
}

TEST(OutcomeTextTest, TellsWhatElseHappenedAndWhatIsToBeDone) {
  apply::v1::Outcome outcome;
  outcome.set_generation(3);
  outcome.set_digest("0123456789abcdef");
  outcome.add_notes("an apply was cut off and undone");
  EXPECT_EQ(OutcomeText("apply", outcome),
            "note: an apply was cut off and undone\n"
            "nothing to do: generation 3, bundle 0123456789ab, is in force\n");
  outcome.set_changed(true);
  outcome.set_confirm_until_unix_ms(60'000);
  EXPECT_EQ(OutcomeText("apply", outcome),
            "note: an apply was cut off and undone\n"
            "apply: generation 3, bundle 0123456789ab, is in force: 0 added, 0 "
            "changed, 0 removed\n"
            "run `polc confirm` before 1970-01-01T00:01:00+00:00, or the "
            "generation before returns\n");
}

TEST(GenerationsTextTest, OneALine) {
  apply::v1::GenerationList list;
  EXPECT_EQ(GenerationsText(list), "nothing was ever applied\n");
  auto add = [&](uint64_t number, apply::v1::Direction how) {
    apply::v1::KnownGeneration* generation = list.add_generations();
    generation->set_number(number);
    generation->set_how(how);
    return generation;
  };
  auto* back = add(2, apply::v1::DIRECTION_ROLLBACK);
  back->set_in_force(true);
  auto* first = add(1, apply::v1::DIRECTION_APPLY);
  first->set_digest("0123456789abcdef");
  first->set_policy("site");
  first->set_uid(7);
  add(0, apply::v1::DIRECTION_UNSPECIFIED);
  EXPECT_EQ(GenerationsText(list),
            "* 2  1970-01-01T00:00:00+00:00  no policy  rollback to 0  by uid "
            "0\n"
            "  1  1970-01-01T00:00:00+00:00  0123456789ab  apply of site  by "
            "uid 7\n"
            "  0  before the first apply\n");
}

TEST(StatusTextTest, DriftIsListed) {
  apply::v1::HostStatus status;
  EXPECT_EQ(StatusText(status), "no policy is in force\n");
  status.set_active(true);
  status.set_generation(2);
  status.set_digest("0123456789abcdef");
  auto* fence = status.add_fences();
  fence->set_name("capabilities");
  fence->set_available(true);
  EXPECT_FALSE(HasDrifted(status));
  auto* change = fence->add_changes();
  change->set_object("file /bin/x");
  change->set_aspect("capabilities");
  change->set_after("cap_net_raw=ep");
  EXPECT_TRUE(HasDrifted(status));
  EXPECT_EQ(StatusText(status),
            "generation 2, bundle 0123456789ab, applied "
            "1970-01-01T00:00:00+00:00\n"
            "0 rules, 0 identities in 0 classes, 0 addresses, 0 port "
            "intervals, 0 cells\n"
            "capabilities:\n"
            "  + file /bin/x capabilities: cap_net_raw=ep\n"
            "the host has drifted: polc apply puts it back\n");
}

}  // namespace
}  // namespace pol::polc
