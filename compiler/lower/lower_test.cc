#include "compiler/lower/lower.h"

#include <gtest/gtest.h>

#include <utility>

#include "compiler/ir/dump.h"

namespace pol::lower {
namespace {

using sema::Model;
using support::SourceSet;
using values::Cidr;
using values::SpiffeId;

// A file of numbered lines, so that a span's line can be chosen.
constexpr uint32_t kLineLength = 4;

class LowerTest : public ::testing::Test {
 protected:
  LowerTest() {
    std::string text;
    for (int line = 0; line < 100; ++line) text += "...\n";
    sources_.Add("a.pol", text);
  }

  static support::Span AtLine(uint32_t line) {
    return {0, (line - 1) * kLineLength, (line - 1) * kLineLength + 1};
  }

  static sema::Identity Id(const char* text, uint32_t line) {
    return {*SpiffeId::Parse(text), "", AtLine(line)};
  }

  static sema::Workload Bearer(const char* name, sema::IdentityRef identity,
                               uint32_t line) {
    sema::Workload workload;
    workload.name = name;
    workload.identity = identity;
    workload.user = name;
    workload.span = AtLine(line);
    return workload;
  }

  std::string Lowered(const Model& model) {
    return ir::Dump(Lower(model, sources_, sink_));
  }

  SourceSet sources_;
  diag::Sink sink_;
};

TEST_F(LowerTest, IdentitiesAreNumberedById) {
  Model model;
  model.identities = {Id("spiffe://z", 1), Id("spiffe://a", 2)};
  EXPECT_EQ(Lowered(model),
            "identity 0 unknown not governed\n"
            "identity 1 spiffe://a not governed @a.pol:2\n"
            "identity 2 spiffe://z not governed @a.pol:1\n");
}

TEST_F(LowerTest, WorkloadsGovernInTheirDirection) {
  Model model;
  model.identities = {Id("spiffe://a", 1), Id("spiffe://b", 2),
                      Id("spiffe://c", 3)};
  model.workloads = {Bearer("a", 0, 11), Bearer("b", 1, 12),
                     Bearer("c", 2, 13)};
  model.workloads[1].enforce = sema::Enforce::kIngress;
  model.workloads[2].enforce = sema::Enforce::kEgress;
  EXPECT_EQ(Lowered(model),
            "identity 0 unknown not governed\n"
            "identity 1 spiffe://a governed @a.pol:11\n"
            "identity 2 spiffe://b governed ingress @a.pol:12\n"
            "identity 3 spiffe://c governed egress @a.pol:13\n"
            "workload a -> 1 user a @a.pol:11\n"
            "workload b -> 2 user b @a.pol:12\n"
            "workload c -> 3 user c @a.pol:13\n");
}

TEST_F(LowerTest, TwoWorkloadsOfOneIdentityAddUp) {
  Model model;
  model.identities = {Id("spiffe://a", 1)};
  model.workloads = {Bearer("y", 0, 11), Bearer("x", 0, 12)};
  model.workloads[0].enforce = sema::Enforce::kIngress;
  model.workloads[1].enforce = sema::Enforce::kEgress;
  ir::RuleSet rules = Lower(model, sources_, sink_);
  EXPECT_TRUE(rules.identities[1].governed_ingress &&
              rules.identities[1].governed_egress);
  EXPECT_EQ(rules.identities[1].origin.line,
            12u);  // of workload x, the first by name
}

TEST_F(LowerTest, AddressesAreSortedAndStandOnce) {
  Model model;
  model.identities = {Id("spiffe://a", 1)};
  model.workloads = {Bearer("a", 0, 11)};
  model.workloads[0].addresses = {*Cidr::Parse("fd00::1"),
                                  *Cidr::Parse("10.0.0.2")};
  model.endpoints = {{"e",
                      0,
                      {*Cidr::Parse("10.0.0.2"), *Cidr::Parse("10.0.0.0/8")},
                      AtLine(20)}};
  ir::RuleSet rules = Lower(model, sources_, sink_);
  ASSERT_EQ(rules.addresses.size(), 3u);
  EXPECT_EQ(rules.addresses[0].cidr.ToString(), "10.0.0.0/8");
  EXPECT_EQ(rules.addresses[1].cidr.ToString(), "10.0.0.2");
  EXPECT_EQ(rules.addresses[1].origin.line, 11u);
  EXPECT_EQ(rules.addresses[2].cidr.ToString(), "fd00::1");
}

TEST_F(LowerTest, PortsAreMergedAndEndsSorted) {
  Model model;
  model.identities = {Id("spiffe://b", 1), Id("spiffe://a", 2)};
  sema::Policy policy;
  policy.name = "p";
  policy.sources.identities = {0, 1, 0};
  policy.targets.identities = {1};
  policy.ports = {{90, 95}, {80, 80}, {81, 85}, {84, 89}, {65535, 65535}};
  policy.tls.emplace().min_version = values::TlsVersion::kTls13;
  policy.tls->span = AtLine(6);
  policy.span = AtLine(1);
  model.policies = {policy};
  ir::RuleSet rules = Lower(model, sources_, sink_);
  EXPECT_EQ(rules.rules[0].tls_origin.line, 6u);
  EXPECT_EQ(ir::Dump(rules).substr(ir::Dump(rules).find("allow")),
            "allow p: 1,2 -> 1 tcp 80-95,65535 tls>=1.3 @a.pol:1\n");
}

TEST_F(LowerTest, FilesAndTreesAreSorted) {
  Model model;
  sema::File none;
  none.path = "/b";
  none.manages_capabilities = true;
  none.span = AtLine(1);
  sema::File labelled;
  labelled.path = "/a";
  labelled.context = *values::FileContext::Parse("u:r:t:s0");
  labelled.span = AtLine(2);
  model.files = {none, labelled};
  sema::Fcontext tree;
  tree.path = "/srv(/.*)?";
  tree.kind = values::FileKind::kDirectory;
  tree.span = AtLine(3);
  model.fcontexts = {tree};
  EXPECT_EQ(Lowered(model),
            "identity 0 unknown not governed\n"
            "file /a u:r:t:s0 @a.pol:2\n"
            "file /b capabilities none @a.pol:1\n"
            "fcontext /srv(/.*)? directory <<none>> @a.pol:3\n");
}

values::SpiffePattern Pattern(const char* text) {
  return *values::SpiffePattern::Parse(text);
}

sema::Policy FromTo(const char* name, sema::Peers from, sema::Peers to) {
  sema::Policy policy;
  policy.name = name;
  policy.sources = std::move(from);
  policy.targets = std::move(to);
  policy.ports = {{1, 1}};
  return policy;
}

sema::Peers Only(sema::IdentityRef identity) {
  sema::Peers peers;
  peers.identities = {identity};
  return peers;
}

TEST_F(LowerTest, PatternsBecomeRegions) {
  Model model;
  model.identities = {Id("spiffe://a/ns/db", 1)};
  model.patterns = {{Pattern("spiffe://a/ns/*"), "", AtLine(2)}};
  sema::Peers pattern;
  pattern.patterns = {0};
  model.policies = {FromTo("p", pattern, Only(0))};
  const ir::RuleSet rules = Lower(model, sources_, sink_);
  EXPECT_EQ(rules.named, 2u);
  ASSERT_EQ(rules.identities.size(), 4u);
  const ir::IdentitySet& sources = rules.sources(rules.rules[0]);
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(sources[0], 1u);
  EXPECT_EQ(rules.identities[sources[1]].pattern, "spiffe://a/ns/*");
  EXPECT_TRUE(
      Pattern("spiffe://a/ns/*").Matches(rules.identities[sources[1]].id));
}

TEST_F(LowerTest, SetsTakeOutWhatTheyExclude) {
  Model model;
  model.identities = {Id("spiffe://a/x", 1), Id("spiffe://a/y", 2)};
  model.patterns = {{Pattern("spiffe://a/*"), "", AtLine(3)}};
  model.identity_sets.resize(2);
  // The first speaks of the second.
  model.identity_sets[0].include.sets = {1};
  model.identity_sets[0].exclude.identities = {1};
  model.identity_sets[1].include.patterns = {0};
  sema::Peers set;
  set.sets = {0};
  model.policies = {FromTo("p", set, Only(1))};
  const ir::RuleSet rules = Lower(model, sources_, sink_);
  const ir::IdentitySet& sources = rules.sources(rules.rules[0]);
  ASSERT_EQ(sources.size(), 2u);
  EXPECT_EQ(rules.identities[sources[0]].id.text(), "spiffe://a/x");
  EXPECT_TRUE(rules.identities[sources[1]].region);
}

TEST_F(LowerTest, AnyIsEverybodyAndTheUnknown) {
  Model model;
  model.identities = {Id("spiffe://a", 1)};
  sema::Peers any;
  any.any = true;
  model.policies = {FromTo("p", any, Only(0))};
  const ir::RuleSet rules = Lower(model, sources_, sink_);
  // The unknown one, the one with a name, and whoever else there is.
  EXPECT_EQ(rules.sources(rules.rules[0]), (ir::IdentitySet{0, 1, 2}));
}

TEST_F(LowerTest, NamesOfAnotherPolicyPartTheRegions) {
  Model model;
  model.identities = {Id("spiffe://a", 1)};
  const Universe other{{*SpiffeId::Parse("spiffe://b")},
                       {Pattern("spiffe://c/*")}};
  const ir::RuleSet rules = Lower(model, sources_, sink_, other);
  EXPECT_EQ(rules.named, 3u);
  EXPECT_EQ(rules.identities.size(), 5u);  // one of c/*, one of the rest
}

TEST_F(LowerTest, EqualSetsAreOne) {
  Model model;
  model.identities = {Id("spiffe://a", 1), Id("spiffe://b", 2)};
  model.policies = {FromTo("p", Only(0), Only(1)),
                    FromTo("q", Only(0), Only(1))};
  EXPECT_EQ(Lower(model, sources_, sink_).sets.size(), 2u);
}

}  // namespace
}  // namespace pol::lower
