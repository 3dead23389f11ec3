#include "compiler/analysis/analyze.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
#include "compiler/analysis/diagnostics.h"
#include "compiler/analysis/words.h"
#include "compiler/diag/cat.h"
#include "compiler/ir/sets.h"
#include "compiler/ir/verify.h"

namespace pol::analysis {
namespace {

using diag::Cat;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using values::Protocol;

constexpr ir::IdentityNumber kApp = 1;
constexpr ir::IdentityNumber kBatch = 2;
constexpr ir::IdentityNumber kDatabase = 3;
constexpr ir::IdentityNumber kFree = 4;  // not governed
constexpr ir::IdentityNumber kRest = 5;  // a region

constexpr int64_t kToday = 1000;

class AnalyzeTest : public ::testing::Test {
 protected:
  AnalyzeTest() {
    rules_.identities.resize(6);
    rules_.named = 5;
    const char* names[] = {"", "app", "batch", "db", "free", "rest"};
    for (ir::IdentityNumber i = 1; i < 6; ++i) {
      ir::Identity& identity = rules_.identities[i];
      identity.id = *values::SpiffeId::Parse(Cat("spiffe://x/", names[i]));
      identity.borne = i < kRest;
      identity.governed_egress = identity.governed_ingress = i < kFree;
      identity.origin = At(90 + i);
    }
    rules_.identities[kRest].region = true;
    rules_.identities[kRest].pattern = "spiffe://x/*";
  }

  // Line n of the file is at n.
  static ir::Origin At(uint32_t line) {
    return {"a.pol", line, {0, line, line + 1}};
  }

  // Adds the next rule, of line 1, 2, ….
  ir::Rule& Add(const std::string& name, ir::IdentitySet sources,
                ir::IdentitySet targets, uint16_t first, uint16_t last) {
    ir::Rule rule;
    rule.name = name;
    rule.sources = ir::AddSet(rules_, std::move(sources));
    rule.targets = ir::AddSet(rules_, std::move(targets));
    rule.ports = {{first, last}};
    rule.origin = At(static_cast<uint32_t>(rules_.rules.size() + 1));
    rule.source_origin = rule.target_origin = rule.port_origin =
        rule.tls_origin = rule.origin;
    rules_.rules.push_back(std::move(rule));
    return rules_.rules.back();
  }

  ir::Rule& Deny(const std::string& name, ir::IdentitySet sources,
                 ir::IdentitySet targets, uint16_t first, uint16_t last) {
    ir::Rule& rule =
        Add(name, std::move(sources), std::move(targets), first, last);
    rule.effect = ir::Effect::kDeny;
    return rule;
  }

  ir::Invariant& Say(ir::Invariant::Kind kind, ir::IdentitySet sources,
                     ir::IdentitySet targets, uint16_t port) {
    ir::Invariant invariant;
    invariant.name = "i";
    invariant.kind = kind;
    invariant.sources = ir::AddSet(rules_, std::move(sources));
    invariant.targets = ir::AddSet(rules_, std::move(targets));
    invariant.ports = {{port, port}};
    invariant.protocols = {Protocol::kTcp};
    invariant.origin = At(50);
    rules_.invariants.push_back(std::move(invariant));
    return rules_.invariants.back();
  }

  // "P4101 at 2 (1, 3): message; note; note" for each diagnostic.
  std::vector<std::string> Analyzed() {
    ir::RuleSet rules = rules_;
    ir::SortSets(rules);
    EXPECT_EQ(ir::Verify(rules), "");
    diag::Sink sink;
    Analyze(rules, kToday, sink);
    std::vector<std::string> lines;
    for (const diag::Diagnostic& found : sink.Sorted()) {
      std::vector<std::string> labels;
      for (const diag::Label& label : found.labels)
        labels.push_back(std::to_string(label.span.begin));
      std::vector<std::string> says = {found.message};
      says.insert(says.end(), found.notes.begin(), found.notes.end());
      lines.push_back(Cat(found.code->Name(), " at ", found.span.begin, " (",
                          absl::StrJoin(labels, ", "),
                          "): ", absl::StrJoin(says, "; ")));
    }
    return lines;
  }

  ir::RuleSet rules_;
};

TEST_F(AnalyzeTest, NothingIsWrong) {
  Add("a", {kApp}, {kDatabase}, 5432, 5432);
  Add("b", {kBatch}, {kDatabase}, 5432, 5432);
  EXPECT_THAT(Analyzed(), IsEmpty());
}

TEST_F(AnalyzeTest, NoPortIsLeft) {
  Add("a", {kApp}, {kDatabase}, 1, 1).ports.clear();  // port > 5 && port < 3
  Add("b", {}, {kDatabase}, 1, 1);
  EXPECT_THAT(
      Analyzed(),
      ElementsAre("P4100 at 1 (): policy `a` matches nothing: it has no port",
                  "P4100 at 2 (): policy `b` matches nothing: it has no "
                  "source"));
}

TEST_F(AnalyzeTest, SeveralTogetherMakeOneRedundant) {
  // Overlapping sets, adjacent ports.
  Add("a", {kApp, kBatch}, {kDatabase}, 1, 10);
  Add("b", {kBatch, kFree}, {kDatabase}, 1, 5);
  Add("c", {kApp, kBatch, kFree}, {kDatabase}, 2, 5);
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4101 at 3 (1, 2): policy `c` is redundant: without "
                          "it `a` and `b` decide the same; for example "
                          "spiffe://x/batch -> spiffe://x/db tcp/2"));
}

TEST_F(AnalyzeTest, WhatAsksForMoreIsNotRedundant) {
  Add("a", {kApp}, {kDatabase}, 1, 10);
  Add("b", {kApp}, {kDatabase}, 5, 5).tls.emplace();
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.rules[0].tls.emplace().min_version = values::TlsVersion::kTls13;
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr("P4101 at 2 (1)")));
  rules_.rules[1].connection_authentication = true;
  EXPECT_THAT(Analyzed(), IsEmpty());
}

TEST_F(AnalyzeTest, WhatEndsSoonerMakesNothingRedundant) {
  Add("a", {kApp}, {kDatabase}, 1, 10).not_after = 2000;
  Add("b", {kApp}, {kDatabase}, 5, 5);
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.rules[1].not_after = 1999;
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr("P4101 at 2 (1)")));
}

TEST_F(AnalyzeTest, SeveralTogetherShadowOne) {
  Add("a", {kApp, kBatch}, {kDatabase}, 1, 10);
  Deny("b", {kApp}, {kDatabase}, 1, 10);
  Deny("c", {kBatch}, {kDatabase}, 1, 9);
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4103 at 1 (2, 3): policy `a` is in part denied by "
                          "`b` and `c`; denied: spiffe://x/app -> "
                          "spiffe://x/db tcp/1; still allowed: "
                          "spiffe://x/batch -> spiffe://x/db tcp/10"));
  rules_.rules[2].ports = {{1, 65535}};
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4102 at 1 (2, 3): policy `a` allows nothing: `b` "
                          "and `c` deny all of it; denied for example: "
                          "spiffe://x/batch -> spiffe://x/db tcp/1"));
}

TEST_F(AnalyzeTest, DenyIsNeededWhereSomethingWouldGetThrough) {
  Deny("a", {kApp}, {kDatabase}, 1, 10);
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr(
                              "P4104 at 1 (): policy `a` changes nothing: no "
                              "policy allows what it denies")));
  // Nobody governs these two ends, so that without the deny they would talk.
  rules_.rules[0].sources = ir::AddSet(rules_, {kFree});
  rules_.rules[0].targets = rules_.rules[0].sources;
  EXPECT_THAT(Analyzed(), IsEmpty());
  Deny("b", {kFree}, {kFree}, 3, 3);
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr(
                              "P4104 at 2 (1): policy `b` changes nothing: "
                              "without it `a` denies all that")));
}

TEST_F(AnalyzeTest, RequirementsContradict) {
  Add("a", {kApp}, {kDatabase}, 1, 10).tls.emplace().starttls = "postgres";
  Add("b", {kApp, kBatch}, {kDatabase}, 7, 20).tls.emplace().starttls = "none";
  EXPECT_THAT(
      Analyzed(),
      ElementsAre(
          "P4105 at 1 (2): policies `a` and `b` cannot be met together: "
          "no start of TLS suits all of them; all of them match "
          "spiffe://x/app -> spiffe://x/db tcp/7"));
  Deny("c", {kApp}, {kDatabase}, 7, 10);
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr("P4103 at 1 (3)"),
                                      HasSubstr("P4103 at 2 (3)")));
}

TEST_F(AnalyzeTest, ThreeRequirementsContradictThatAnyTwoDoNot) {
  Add("a", {kApp}, {kDatabase}, 1, 10).tls.emplace().alpn = {"x", "y"};
  Add("b", {kApp}, {kDatabase}, 5, 20).tls.emplace().alpn = {"y", "z"};
  EXPECT_THAT(Analyzed(), IsEmpty());
  Add("c", {kApp}, {kDatabase}, 9, 30).tls.emplace().alpn = {"x", "z"};
  EXPECT_THAT(
      Analyzed(),
      ElementsAre("P4105 at 1 (2, 3): policies `a`, `b` and `c` cannot be met "
                  "together: no ALPN protocol suits all of them; all of "
                  "them match spiffe://x/app -> spiffe://x/db tcp/9"));
}

TEST_F(AnalyzeTest, TlsAndNotTls) {
  Add("a", {kApp}, {kDatabase}, 5432, 5432).tls.emplace();
  ir::Invariant& never =
      Say(ir::Invariant::Kind::kNever, {kApp}, {kDatabase}, 5432);
  never.encryption = ir::Invariant::Encryption::kClearText;
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.invariants[0].encryption = ir::Invariant::Encryption::kTls;
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4110 at 50 (1): invariant `i` does not hold: "
                          "spiffe://x/app -> spiffe://x/db tcp/5432 gets "
                          "through"));
  rules_.invariants[0].kind = ir::Invariant::Kind::kAlways;
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.invariants[0].encryption = ir::Invariant::Encryption::kClearText;
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4112 at 50 (1): invariant `i` does not hold: "
                          "spiffe://x/app -> spiffe://x/db tcp/5432 in clear "
                          "text cannot meet what the policies ask for"));
}

TEST_F(AnalyzeTest, StatementsAreRefutedWithBothLines) {
  Add("a", {kRest}, {kDatabase}, 80, 80);
  Say(ir::Invariant::Kind::kOnly, {kApp}, {kDatabase}, 80);
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4111 at 50 (1): invariant `i` does not hold: "
                          "spiffe://x/rest -> spiffe://x/db tcp/80 gets "
                          "through; `spiffe://x/rest` stands for all of "
                          "`spiffe://x/*` that the policy does not name or "
                          "match otherwise"));
  rules_.invariants[0].targets = ir::AddSet(rules_, {kFree});
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr(
                              "tcp/80 is left alone, since neither end is "
                              "governed")));
  rules_.invariants[0].kind = ir::Invariant::Kind::kAlways;
  EXPECT_THAT(Analyzed(),
              ElementsAre(HasSubstr("P4112 at 50 (91): invariant `i` does not "
                                    "hold: spiffe://x/app -> spiffe://x/free "
                                    "tcp/80 is denied by default")));
}

TEST_F(AnalyzeTest, DatesBreakStatements) {
  Add("a", {kApp}, {kDatabase}, 80, 80).not_after = 2000;
  Say(ir::Invariant::Kind::kAlways, {kApp}, {kDatabase}, 80);
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr(
                              "tcp/80 after 1970-01-01T00:33:20Z is denied by "
                              "default")));
}

TEST_F(AnalyzeTest, AuditedRulesDoNotCount) {
  Add("a", {kApp}, {kDatabase}, 80, 80).mode = ir::Mode::kAudit;
  Say(ir::Invariant::Kind::kNever, {kApp}, {kDatabase}, 80);
  EXPECT_THAT(Analyzed(), IsEmpty());
}

TEST_F(AnalyzeTest, WaiversSilenceUntilTheirDate) {
  Add("a", {kApp}, {kDatabase}, 1, 10);
  Add("b", {kApp}, {kDatabase}, 5, 5);
  Say(ir::Invariant::Kind::kNever, {kApp}, {kDatabase}, 5);
  ir::Waiver redundant;
  redundant.name = "r";
  redundant.code = kRedundant.number;
  redundant.rule = 1;
  redundant.not_after = kToday;
  redundant.origin = At(60);
  ir::Waiver broken;
  broken.name = "s";
  broken.invariant = "i";
  broken.not_after = kToday;
  broken.origin = At(61);
  rules_.waivers = {redundant, broken};
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.waivers[0].not_after = kToday - 1;
  rules_.waivers[1].invariant = "other";
  EXPECT_THAT(Analyzed(),
              ElementsAre(HasSubstr("P4101 at 2"), HasSubstr("P4110 at 50"),
                          "P4113 at 60 (): waiver `r` ended at "
                          "1970-01-01T00:16:39Z and silences nothing",
                          HasSubstr("P4114 at 61")));
}

TEST_F(AnalyzeTest, DecisionsInWords) {
  ir::Rule& rule = Add("a", {kApp}, {kDatabase}, 80, 80);
  rule.tls.emplace().alpn = {"h2", "h3"};
  rule.connection_authentication = true;
  auto says = [&](ir::IdentityNumber source, ir::IdentityNumber target) {
    return Text(rules_,
                ir::Decide(rules_, {source, target, Protocol::kTcp, 80}));
  };
  EXPECT_EQ(says(kApp, kDatabase),
            "allowed by `a` (a.pol:1), by TLS 1.2 or later, ALPN protocol h2 "
            "or h3, authenticated by the connection");
  EXPECT_EQ(says(kBatch, kDatabase), "denied by default");
  EXPECT_EQ(says(kFree, kFree), "left alone");
}

TEST_F(AnalyzeTest, NobodyBearsAnEnd) {
  Add("a", {kApp, kBatch}, {kDatabase}, 80, 80);
  rules_.identities[kApp].borne = false;
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.identities[kBatch].borne = false;
  EXPECT_THAT(Analyzed(),
              ElementsAre("P4106 at 1 (): no workload or endpoint bears "
                          "`spiffe://x/app` and `spiffe://x/batch`, the "
                          "sources of policy `a`"));
  for (ir::Identity& identity : rules_.identities) identity.borne = false;
  EXPECT_THAT(Analyzed(), IsEmpty());
}

TEST_F(AnalyzeTest, PortsAreServedBySomeTarget) {
  ir::Workload workload;
  workload.name = "db";
  workload.identity = kDatabase;
  workload.user = "postgres";
  workload.origin = At(70);
  rules_.workloads = {workload};
  ir::Listener listener;
  listener.identity = kDatabase;
  listener.workload = "db";
  listener.ports = {5432, 5433};
  listener.origin = At(71);
  rules_.listeners = {listener};
  Add("a", {kApp}, {kDatabase}, 5433, 5500);
  Add("dns", {kDatabase}, {ir::kUnknown}, 53, 53).protocol = Protocol::kUdp;
  EXPECT_THAT(Analyzed(), IsEmpty());
  rules_.rules[0].ports = {{5434, 5500}};
  rules_.rules[1].ports = {{54, 54}};
  rules_.listeners[0].ports = {443, 443};
  EXPECT_THAT(
      Analyzed(),
      ElementsAre("P4107 at 1 (71): policy `a` allows tcp/5434-5500, where "
                  "none of its targets listens",
                  "P4109 at 70 (): workload `db` may reach no resolver: no "
                  "policy allows port 53",
                  HasSubstr("P4108 at 71 (): workload `db` listens at tcp/443 "
                            "as user `postgres`, which needs")));
  ir::Waiver port;
  port.name = "p";
  port.code = kPrivilegedPort.number;
  port.workload = "db";
  port.not_after = kToday;
  ir::Waiver resolver = port;
  resolver.name = "r";
  resolver.code = kNoResolver.number;
  rules_.waivers = {port, resolver};
  EXPECT_THAT(Analyzed(), ElementsAre(HasSubstr("P4107 at 1")));
  rules_.waivers.clear();
  ir::File program;
  program.path = "/usr/bin/postgres";
  program.workload = "db";
  program.manages_capabilities = true;
  program.capabilities =
      *values::CapabilitySet::FromNames({"cap_net_bind_service"});
  rules_.files = {program};
  rules_.rules[0].ports = {{443, 443}};
  rules_.rules[1].ports = {{53, 53}};
  EXPECT_THAT(Analyzed(), IsEmpty());
}

}  // namespace
}  // namespace pol::analysis
